package org.livemigrate.agent.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.livemigrate.agent.store.CheckpointStore.StoredClaim;
import org.livemigrate.protocol.json.Ids;

/**
 * The claims: {@code claims/CONTAINER/} holds exactly one empty file, whose <em>name</em> is the claim: {@code
 * EPOCH,OWNER,MIGRATION,BEFORE}, and {@code ,relinquished} once it was given up.
 *
 * <p>A claim is won by renaming the file from the name that was seen to the new one. That is a compare-and-swap: of all
 * who saw the same claim one alone finds the old name, and epochs rise with each rename, so that no name ever comes
 * back. Hence a container has one file however often it moves, and <em>an epoch can never be won once a newer one was</em>,
 * by whoever: a RESTORE that comes late to a host that heard of nothing since, a process that was frozen between looking
 * and renaming, a client of NFS that sees an old list, a request that the network repeats: each finds its old name gone,
 * looks again and sees the newer epoch. Nobody has to remember old claims for that, and so there are none to remove.
 *
 * <p>The first claim comes with its directory, renamed into place whole, which only works while there is none (or an empty
 * one). So a directory without its file, as a list made during a rename may show it, is believed by nobody: who takes it
 * for an unclaimed container fails to put a directory over it, and looks again.
 *
 * <p>Clients of NFS may list a directory from a cache of some seconds. A win needs no fresh list, since the rename decides,
 * nor does a newer epoch, which cannot be undone; before any other answer the directory is touched, since a client that has
 * changed a directory lists it anew.
 */
final class ClaimFiles {

    private static final String TEMPORARY = ".new-";
    private static final String RELINQUISHED = ",relinquished";
    private static final Pattern NAME = Pattern.compile("([1-9][0-9]{0,18}),([^,]+),([^,]+),([^,]+)(,relinquished)?");

    /** Each try that fails is another's success, so more are needed only when a whole fleet claims one container. */
    private static final int TRIES = 32;

    private final Path root;
    private final Clock clock;

    ClaimFiles(Path root, Clock clock) {
        this.root = root;
        this.clock = clock;
    }

    Path of(String container) {
        return root.resolve(Ids.require("container id", container));
    }

    Claim claim(String container, long epoch, String host, String migration, String from) throws IOException {
        Optional<Claim> seen = look(container);
        for (int i = 0; i < TRIES; i++) {
            if (seen.isEmpty()) {
                Claim first = new Claim(container, epoch, host, migration, from, false);
                if (begin(first)) {
                    return first;
                }
            } else if (seen.get().epoch() >= epoch) {
                return seen.get();
            } else if (mayPass(seen.get(), host, from)) {
                Claim next = seen.get().takenOver(epoch, host, migration);
                if (swap(seen.get(), next)) {
                    return next;
                }
            } else if (i > 0) {
                return seen.get();
            }
            seen = lookAfresh(container);
        }
        throw new IOException("others change the claim all the time");
    }

    private static boolean mayPass(Claim claim, String host, String from) {
        return claim.holder().equals(host) || claim.holder().equals(from);
    }

    Optional<Claim> read(String container) throws IOException {
        return lookAfresh(container);
    }

    /** @return false when the host does not own the claim of this epoch */
    boolean relinquish(String container, long epoch, String host) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Optional<Claim> seen = lookAfresh(container);
            if (seen.isEmpty()
                    || seen.get().epoch() != epoch
                    || !seen.get().owner().equals(host)) {
                return false;
            }
            if (seen.get().relinquished() || swap(seen.get(), seen.get().givenUp())) {
                return true;
            }
        }
        throw new IOException("others change the claim all the time");
    }

    /** Out of the way at once and whole, so that nobody sees half a claim. */
    void delete(String container) throws IOException {
        Path aside = root.resolve(TEMPORARY + UUID.randomUUID());
        try {
            Files.move(of(container), aside, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return;
        }
        remove(aside);
    }

    /** What is under way now is younger; whoever still means to put it in place finds it gone and fails. */
    int removeUnfinished(Instant before) throws IOException {
        int removed = 0;
        for (String name : names(root)) {
            Path directory = root.resolve(name);
            if (name.startsWith(TEMPORARY)
                    && Files.getLastModifiedTime(directory).toInstant().isBefore(before)) {
                remove(directory);
                removed++;
            }
        }
        return removed;
    }

    List<StoredClaim> list() throws IOException {
        List<StoredClaim> all = new ArrayList<>();
        for (String container : names(root)) {
            if (container.startsWith(TEMPORARY)) {
                continue;
            }
            Optional<Claim> claim = look(container);
            if (claim.isPresent()) {
                all.add(new StoredClaim(
                        claim.get(), Files.getLastModifiedTime(of(container)).toInstant()));
            }
        }
        return all;
    }

    private Optional<Claim> lookAfresh(String container) throws IOException {
        try {
            Files.setLastModifiedTime(of(container), FileTime.from(clock.instant()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            // a store that is read-only for now is still read
        }
        return look(container);
    }

    private Optional<Claim> look(String container) throws IOException {
        List<Claim> found = new ArrayList<>();
        try {
            for (String name : names(of(container))) {
                found.add(parse(container, name));
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        // a list made during a rename may show both names
        return found.stream().max(Comparator.comparingLong(Claim::epoch).thenComparing(Claim::relinquished));
    }

    private static List<String> names(Path directory) throws IOException {
        return Trees.list(directory).stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }

    private static Claim parse(String container, String name) throws IOException {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new IOException("\"" + name + "\" is no claim: nobody but agents may write here. Move it away");
        }
        return new Claim(
                container,
                Long.parseLong(parts.group(1)),
                parts.group(2),
                parts.group(3),
                parts.group(4),
                parts.group(5) != null);
    }

    private Path file(Path directory, Claim claim) {
        String name = claim.epoch()
                + "," + Ids.require("host id", claim.owner())
                + "," + Ids.require("migration id", claim.migration())
                + "," + Ids.require("host id", claim.before());
        return directory.resolve(claim.relinquished() ? name + RELINQUISHED : name);
    }

    /** @return false when the claim is not any more what was seen */
    private boolean swap(Claim seen, Claim next) throws IOException {
        Path directory = of(seen.container());
        try {
            Files.move(file(directory, seen), file(directory, next), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return false;
        }
        DirectoryStore.fsync(directory);
        return true;
    }

    /** @return false when there is a claim already */
    private boolean begin(Claim first) throws IOException {
        Path directory = of(first.container());
        Path made = root.resolve(TEMPORARY + UUID.randomUUID());
        boolean inPlace = false;
        Files.createDirectory(made, DirectoryStore.OWNER_DIRECTORY);
        try {
            Files.createFile(file(made, first), DirectoryStore.OWNER_FILE);
            DirectoryStore.fsync(made);
            Files.move(made, directory, StandardCopyOption.ATOMIC_MOVE);
            inPlace = true;
        } catch (FileSystemException e) {
            if (look(first.container()).isEmpty()
                    && lookAfresh(first.container()).isEmpty()) {
                throw e; // not because somebody was first
            }
            return false;
        } finally {
            if (!inPlace) {
                remove(made);
            }
        }
        DirectoryStore.fsync(root);
        return true;
    }

    private static void remove(Path directory) throws IOException {
        try {
            for (String name : names(directory)) {
                Files.deleteIfExists(directory.resolve(name));
            }
            Files.deleteIfExists(directory);
        } catch (NoSuchFileException e) {
            // gone already
        }
    }
}
