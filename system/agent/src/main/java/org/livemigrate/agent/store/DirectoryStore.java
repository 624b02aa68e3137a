package org.livemigrate.agent.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import tools.jackson.core.JacksonException;

/**
 * A store in a directory that every host mounts (NFS, EFS, a local disk in the lab): {@code images/MIGRATION/},
 * {@code claims/CONTAINER/EPOCH}, {@code store-id}.
 *
 * <p>A claim is written in full under a name of its own and then <em>linked</em> to its place, which only one can do (the
 * idiom that open(2) gives for NFS); so a claim is never seen half written, and a link whose answer was lost is found
 * by reading. Files are opened by their exact names, because clients of NFS may list a directory from a cache.
 */
public final class DirectoryStore implements CheckpointStore {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final String RELINQUISHED = ".relinquished";
    private static final String TEMPORARY = ".new-";

    private final Path root;
    private final Path images;
    private final Path claims;
    private final Clock clock;
    private final String id;

    /** What a claim file holds. */
    private record ClaimFile(String owner, String migration, Instant at) {}

    /**
     * Opens the store, and makes it when the directory is new.
     *
     * @param root must exist: a mount that is missing must not be mistaken for an empty store
     */
    public DirectoryStore(Path root, Clock clock) {
        this.root = root;
        this.clock = clock;
        this.images = root.resolve("images");
        this.claims = root.resolve("claims");
        if (!Files.isDirectory(root)) {
            throw new ProblemException(new Problem(
                    "store-missing",
                    "The checkpoint store is not there",
                    503,
                    "checkpoint store " + root + " is no directory: mount the shared file system there, or make it"
                            + " with mkdir when it is a local one."));
        }
        try {
            directory(images);
            directory(claims);
            Path idFile = root.resolve("store-id");
            if (!Files.exists(idFile)) {
                linkInto(idFile, UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
            }
            this.id = Ids.require(
                    "store id in " + idFile, Files.readString(idFile).strip());
        } catch (IOException e) {
            throw failed("open", root, e);
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Path images(String migration) {
        Path directory = imagesPath(migration);
        try {
            directory(directory);
            return directory;
        } catch (IOException e) {
            throw failed("make", directory, e);
        }
    }

    @Override
    public Path imagesPath(String migration) {
        return images.resolve(Ids.require("migration id", migration));
    }

    @Override
    public void sync(Path path) {
        try {
            fsync(path);
        } catch (IOException e) {
            throw failed("sync", path, e);
        }
    }

    @Override
    public void deleteImages(String migration) {
        Path directory = imagesPath(migration);
        try {
            if (!Files.exists(directory)) {
                return;
            }
            List<Path> all;
            try (Stream<Path> walk = Files.walk(directory)) {
                all = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : all) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw failed("delete", directory, e);
        }
    }

    @Override
    public Claim claim(String container, long epoch, String host, String migration) {
        Path file = claimFile(container, epoch);
        try {
            directory(file.getParent());
            byte[] content = Json.mapper().writeValueAsBytes(new ClaimFile(host, migration, clock.instant()));
            linkInto(file, content);
            return read(container, epoch, file);
        } catch (IOException e) {
            throw failed("claim", file, e);
        }
    }

    @Override
    public Optional<Claim> readClaim(String container, long epoch) {
        Path file = claimFile(container, epoch);
        try {
            return Optional.of(read(container, epoch, file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read", file, e);
        }
    }

    @Override
    public Optional<Claim> newestClaim(String container) {
        Path directory = claimsOf(container);
        try {
            return claims(directory).stream().max(Comparator.comparingLong(Claim::epoch));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("list", directory, e);
        }
    }

    @Override
    public void relinquish(String container, long epoch, String host) {
        Path file = claimFile(container, epoch);
        Claim claim = readClaim(container, epoch)
                .filter(held -> held.owner().equals(host))
                .orElseThrow(() -> new ProblemException(Problem.conflict(
                        "claim-lost",
                        "host " + host + " does not own the claim of epoch " + epoch + " on container " + container
                                + " and cannot give it up.")));
        if (claim.relinquished()) {
            return;
        }
        Path mark = file.resolveSibling(file.getFileName() + RELINQUISHED);
        try {
            Files.createFile(mark, OWNER_FILE);
            fsync(mark);
            fsync(mark.getParent());
        } catch (FileAlreadyExistsException e) {
            // given up before
        } catch (IOException e) {
            throw failed("relinquish", mark, e);
        }
    }

    @Override
    public void deleteClaim(String container, long epoch) {
        Path file = claimFile(container, epoch);
        try {
            // the mark goes last: while it is there, the epoch stays dead
            Files.deleteIfExists(file);
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + RELINQUISHED));
        } catch (IOException e) {
            throw failed("delete", file, e);
        }
    }

    @Override
    public long freeBytes() {
        try {
            return Files.getFileStore(root).getUsableSpace();
        } catch (IOException e) {
            throw failed("ask for the free space of", root, e);
        }
    }

    @Override
    public List<StoredImages> listImages() {
        List<StoredImages> all = new ArrayList<>();
        try (Stream<Path> directories = Files.list(images)) {
            for (Path directory : directories.sorted().toList()) {
                long bytes = 0;
                Instant changedAt = Files.getLastModifiedTime(directory).toInstant();
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        bytes += Files.size(file);
                        Instant written = Files.getLastModifiedTime(file).toInstant();
                        changedAt = written.isAfter(changedAt) ? written : changedAt;
                    }
                }
                all.add(new StoredImages(directory.getFileName().toString(), bytes, changedAt));
            }
            return all;
        } catch (IOException e) {
            throw failed("list", images, e);
        }
    }

    @Override
    public List<Claim> listClaims() {
        List<Claim> all = new ArrayList<>();
        try (Stream<Path> containers = Files.list(claims)) {
            for (Path container : containers.sorted().toList()) {
                all.addAll(claims(container));
            }
            return all;
        } catch (IOException e) {
            throw failed("list", claims, e);
        }
    }

    private static List<Claim> claims(Path directory) throws IOException {
        List<Claim> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.matches("[1-9][0-9]{0,18}")) {
                    all.add(read(directory.getFileName().toString(), Long.parseLong(name), file));
                }
            }
        }
        return all;
    }

    private Path claimsOf(String container) {
        return claims.resolve(Ids.require("container id", container));
    }

    private Path claimFile(String container, long epoch) {
        if (epoch <= 0) {
            throw new ProblemException(Problem.badRequest("fencing epoch " + epoch + ": epochs count from 1."));
        }
        return claimsOf(container).resolve(Long.toString(epoch));
    }

    private static Claim read(String container, long epoch, Path file) throws IOException {
        ClaimFile content;
        try {
            content = Json.mapper().readValue(Files.readAllBytes(file), ClaimFile.class);
        } catch (JacksonException e) {
            throw new IOException("the claim is damaged: " + e.getOriginalMessage(), e);
        }
        boolean relinquished = Files.exists(file.resolveSibling(file.getFileName() + RELINQUISHED));
        return new Claim(container, epoch, content.owner(), content.migration(), content.at(), relinquished);
    }

    /** Puts a whole file in place unless one is there; durable when this returns. */
    private static void linkInto(Path place, byte[] content) throws IOException {
        Path temporary = place.resolveSibling(TEMPORARY + UUID.randomUUID());
        Files.createFile(temporary, OWNER_FILE);
        try {
            Files.write(temporary, content);
            fsync(temporary);
            Files.createLink(place, temporary);
        } catch (FileAlreadyExistsException e) {
            // somebody was first, or this link was made and its answer lost: reading tells
        } finally {
            Files.deleteIfExists(temporary);
        }
        fsync(place.getParent());
    }

    private static void directory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            try {
                Files.createDirectory(path, OWNER_DIRECTORY);
                fsync(path.getParent());
            } catch (FileAlreadyExistsException e) {
                // another host was first
            }
        }
    }

    private static void fsync(Path path) throws IOException {
        StandardOpenOption how = Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }

    private static ProblemException failed(String what, Path path, IOException e) {
        return new ProblemException(
                new Problem(
                        "store-failed",
                        "The checkpoint store failed",
                        503,
                        "cannot " + what + " " + path + " in the checkpoint store: " + e
                                + ". Is it mounted, writable and not full?"),
                e);
    }
}
