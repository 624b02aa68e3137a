package org.livemigrate.agent.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * A store in a directory that every host mounts (NFS, EFS, a local disk in the lab): {@code images/MIGRATION/},
 * {@code claims/CONTAINER/} (see {@link ClaimFiles}), {@code store-id}.
 */
public final class DirectoryStore implements CheckpointStore {

    static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final String TEMPORARY = ".new-";

    private final Path root;
    private final Path images;
    private final ClaimFiles claims;
    private final String id;

    /**
     * Opens the store, and makes it when the directory is new.
     *
     * @param root must exist: a mount that is missing must not be mistaken for an empty store
     */
    public DirectoryStore(Path root, Clock clock) {
        this.root = root;
        this.images = root.resolve("images");
        Path claimsRoot = root.resolve("claims");
        this.claims = new ClaimFiles(claimsRoot, clock);
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
            directory(claimsRoot);
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
            Trees.delete(directory);
        } catch (IOException e) {
            throw failed("delete", directory, e);
        }
    }

    @Override
    public Claim claim(String container, long epoch, String host, String migration, String from) {
        if (epoch <= 0) {
            throw new ProblemException(Problem.badRequest("fencing epoch " + epoch + ": epochs count from 1."));
        }
        try {
            return claims.claim(container, epoch, host, migration, from);
        } catch (IOException e) {
            throw failed("claim", claims.of(container), e);
        }
    }

    @Override
    public Optional<Claim> readClaim(String container) {
        try {
            return claims.read(container);
        } catch (IOException e) {
            throw failed("read", claims.of(container), e);
        }
    }

    @Override
    public void relinquish(String container, long epoch, String host) {
        try {
            if (!claims.relinquish(container, epoch, host)) {
                throw new ProblemException(Problem.conflict(
                        "claim-lost",
                        "host " + host + " does not own the claim of epoch " + epoch + " on container " + container
                                + " and cannot give it up."));
            }
        } catch (IOException e) {
            throw failed("relinquish", claims.of(container), e);
        }
    }

    @Override
    public void deleteClaim(String container) {
        try {
            claims.delete(container);
        } catch (IOException e) {
            throw failed("delete", claims.of(container), e);
        }
    }

    @Override
    public int removeUnfinishedClaims(Instant before) {
        try {
            return claims.removeUnfinished(before);
        } catch (IOException e) {
            throw failed("clean up", root.resolve("claims"), e);
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
        try {
            for (Path directory : Trees.list(images)) {
                long[] bytes = {0};
                Instant[] changedAt = {Instant.MIN};
                Trees.walk(directory, (path, attributes) -> {
                    bytes[0] += attributes.isRegularFile() ? attributes.size() : 0;
                    Instant written = attributes.lastModifiedTime().toInstant();
                    changedAt[0] = written.isAfter(changedAt[0]) ? written : changedAt[0];
                    return true;
                });
                if (!changedAt[0].equals(Instant.MIN)) { // else it has just gone
                    all.add(new StoredImages(directory.getFileName().toString(), bytes[0], changedAt[0]));
                }
            }
            return all;
        } catch (IOException e) {
            throw failed("list", images, e);
        }
    }

    @Override
    public List<StoredClaim> listClaims() {
        try {
            return claims.list();
        } catch (IOException e) {
            throw failed("list", root.resolve("claims"), e);
        }
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

    static void fsync(Path path) throws IOException {
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
                        "cannot " + what + " " + path + " in the checkpoint store: " + Failures.why(e)
                                + ". Is it mounted, writable and not full?"),
                e);
    }
}
