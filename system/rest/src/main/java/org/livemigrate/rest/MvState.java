package org.livemigrate.rest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In a file of H2's MVStore: a commit that was cut off is not there when it is opened again. MVStore closes itself when it
 * cannot write, on a full disk for example; so it is opened again when it is next used, and the maps are as the file has them.
 */
final class MvState implements DurableState {

    /** A commit writes whole chunks, of which the next leaves most dead: looked at this often, in commits. */
    private static final int LOOK_EVERY = 128;

    /** Smaller files are not worth it. */
    private static final long LEAST_BYTES = 2L << 20;

    private static final int COMPACT_MS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(MvState.class);

    private final Supplier<MVStore> opener;

    private MVStore store;
    private int commits;
    private long compactedBytes;
    private boolean closed;

    /** @param opener opens the store, again and again */
    MvState(Supplier<MVStore> opener) {
        this.opener = opener;
        store = opener.get();
        compactedBytes = fileBytes();
    }

    static MvState open(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            return new MvState(() -> new MVStore.Builder()
                    .fileName(file.toString())
                    .autoCommitDisabled()
                    .open());
        } catch (IOException | MVStoreException e) {
            throw failed(
                    "cannot open " + file + " (" + why(e)
                            + "): end the other process that uses it, or name a directory that this user may write.",
                    e);
        }
    }

    static MvState inMemory() {
        return new MvState(() -> new MVStore.Builder().autoCommitDisabled().open());
    }

    private static ProblemException failed(String detail, Exception cause) {
        return new ProblemException(
                new Problem("state-failed", "The durable state cannot be used", 503, detail), cause);
    }

    @Override
    public <V> Map<String, V> map(String name) {
        return new Reopened<>(name);
    }

    /** The map of this name in whichever store is open now. */
    private final class Reopened<V> extends AbstractMap<String, V> {
        private final String name;
        private MVStore of;
        private MVMap<String, V> map;

        Reopened(String name) {
            this.name = name;
            map();
        }

        private Map<String, V> map() {
            MVStore now = opened();
            if (of != now) {
                map = now.openMap(name);
                of = now;
            }
            return map;
        }

        @Override
        public V get(Object key) {
            return map().get(key);
        }

        @Override
        public boolean containsKey(Object key) {
            return map().containsKey(key);
        }

        @Override
        public V put(String key, V value) {
            return map().put(key, value);
        }

        @Override
        public V remove(Object key) {
            return map().remove(key);
        }

        @Override
        public int size() {
            return map().size();
        }

        @Override
        public Set<Entry<String, V>> entrySet() {
            return map().entrySet();
        }
    }

    @Override
    public void commit() {
        try {
            store.commit();
            store.sync();
        } catch (MVStoreException e) {
            if (closed) {
                throw e;
            }
            discard(e);
            throw failed("the disk does not take what must not be forgotten (" + why(e) + "): make room.", e);
        }
        if (++commits % LOOK_EVERY == 0 && fileBytes() > Math.max(LEAST_BYTES, 2 * compactedBytes)) {
            compact(COMPACT_MS);
        }
    }

    /** The file counts, not what is in memory. */
    private void discard(MVStoreException why) {
        try {
            store.closeImmediately();
        } catch (MVStoreException e) {
            why.addSuppressed(e);
        }
    }

    /** Opens it again where it could not write and has closed itself; when even that fails, the next call tries again. */
    private MVStore opened() {
        if (store.isClosed() && !closed) {
            try {
                store = opener.get();
            } catch (MVStoreException e) {
                throw failed("it cannot be opened again (" + why(e) + "): make room on its disk.", e);
            }
        }
        return store;
    }

    /** H2's own messages end with its version and name its classes. */
    private static String why(Exception e) {
        return Failures.why(e instanceof MVStoreException && e.getCause() != null ? e.getCause() : e);
    }

    private long fileBytes() {
        return store.getFileStore() == null ? 0 : store.getFileStore().size();
    }

    @Override
    public void compact(int atMostMs) {
        try {
            opened().compactFile(atMostMs);
            compactedBytes = fileBytes();
        } catch (MVStoreException e) {
            if (closed) {
                throw e;
            }
            // what was committed is in the file as before; only no room was won
            LOG.warn("the durable state could not be compacted: {}", why(e));
            discard(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (!store.isClosed()) {
                store.close();
            }
        } catch (MVStoreException e) {
            throw new UncheckedIOException(new IOException("the durable state did not close cleanly", e));
        }
    }
}
