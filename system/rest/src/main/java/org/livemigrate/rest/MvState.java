package org.livemigrate.rest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/** In a file of H2's MVStore: a commit that was cut off is not there when it is opened again. */
final class MvState implements DurableState {

    /** A commit writes whole chunks, of which the next leaves most dead: looked at this often, in commits. */
    private static final int LOOK_EVERY = 128;

    /** Smaller files are not worth it. */
    private static final long LEAST_BYTES = 2L << 20;

    private static final int COMPACT_MS = 200;

    private final MVStore store;
    private int commits;
    private long compactedBytes;

    private MvState(MVStore store) {
        this.store = store;
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
            return new MvState(new MVStore.Builder()
                    .fileName(file.toString())
                    .autoCommitDisabled()
                    .open());
        } catch (IOException | MVStoreException e) {
            throw new ProblemException(
                    new Problem(
                            "state-failed",
                            "The durable state cannot be used",
                            503,
                            "cannot open " + file + " (" + e.getMessage()
                                    + "): end the other process that uses it, or name a directory that this user may"
                                    + " write."),
                    e);
        }
    }

    static MvState inMemory() {
        return new MvState(new MVStore.Builder().autoCommitDisabled().open());
    }

    @Override
    public <V> Map<String, V> map(String name) {
        return store.openMap(name);
    }

    @Override
    public void commit() {
        store.commit();
        store.sync();
        if (++commits % LOOK_EVERY == 0 && fileBytes() > Math.max(LEAST_BYTES, 2 * compactedBytes)) {
            compact(COMPACT_MS);
        }
    }

    private long fileBytes() {
        return store.getFileStore() == null ? 0 : store.getFileStore().size();
    }

    @Override
    public void compact(int atMostMs) {
        store.compactFile(atMostMs);
        compactedBytes = fileBytes();
    }

    @Override
    public void close() {
        try {
            if (!store.isClosed()) {
                store.close();
            }
        } catch (MVStoreException e) {
            throw new UncheckedIOException(new IOException("the durable state did not close cleanly", e));
        }
    }
}
