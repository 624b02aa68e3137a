package org.livemigrate.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.h2.mvstore.MVStore;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.protocol.json.ProblemException;

class DurableStateTest {

    private static final int CHANGES = 1_500;
    private static final String VALUE = "v".repeat(4_000);

    @TempDir
    private Path folder;

    @Test
    void theFileFollowsWhatItHoldsAndNotHowOftenItChanged() throws IOException {
        Path file = folder.resolve("state.mv");
        try (DurableState state = DurableState.open(file)) {
            Map<String, String> map = state.map("m");
            for (int i = 0; i < CHANGES; i++) {
                map.put("key-" + i % 50, VALUE + i);
                state.commit();
            }
        }
        // 200 kB are held; 1,500 commits of at least 8 kB were written
        assertThat(Files.size(file)).isLessThan(5L << 20);
        try (DurableState again = DurableState.open(file)) {
            Map<String, String> map = again.map("m");
            assertThat(map).hasSize(50).containsEntry("key-49", VALUE + (CHANGES - 1));
        }
    }

    @Test
    void afterACommitThatTheDiskDidNotTakeTheMapsAreAsTheDiskHasThemAndItGoesOn() {
        try (DurableState state = onAFillingDisk()) {
            Map<String, String> map = state.map("m");
            map.put("kept", "before");
            state.commit();
            for (int time = 0; time < 2; time++) {
                FillingDisk.full = true;
                map.put("kept", "after");
                map.put("new", VALUE);
                assertThatThrownBy(state::commit)
                        .isInstanceOf(ProblemException.class)
                        .hasMessageContaining("make room");
                FillingDisk.full = false;
                assertThat(map).containsOnly(Map.entry("kept", "before"));
            }
            map.put("new", VALUE);
            state.commit();
        }
        try (DurableState again = DurableState.open(folder.resolve("state.mv"))) {
            assertThat(again.<String>map("m")).containsOnly(Map.entry("kept", "before"), Map.entry("new", VALUE));
        } finally {
            FilePath.unregister(new FillingDisk());
        }
    }

    @Test
    void aDiskThatIsFullWhileTheFileIsCompactedCostsNothing() {
        try (DurableState state = onAFillingDisk()) {
            Map<String, String> map = state.map("m");
            for (int i = 0; i < 200; i++) {
                map.put("key-" + i % 10, VALUE + i);
                state.commit();
            }
            FillingDisk.full = true;
            state.compact(1_000);
            assertThat(map).hasSize(10).containsEntry("key-9", VALUE + 199);
            FillingDisk.full = false;
            map.put("new", VALUE);
            state.commit();
            assertThat(map).hasSize(11);
        }
        try (DurableState again = DurableState.open(folder.resolve("state.mv"))) {
            assertThat(again.<String>map("m")).hasSize(11).containsEntry("key-9", VALUE + 199);
        } finally {
            FilePath.unregister(new FillingDisk());
        }
    }

    private DurableState onAFillingDisk() {
        FilePath.register(new FillingDisk());
        String file = FillingDisk.SCHEME + ":" + folder.resolve("state.mv");
        return new MvState(
                () -> new MVStore.Builder().fileName(file).autoCommitDisabled().open());
    }

    /** H2's view of a disk that may be full; H2 makes more of it. */
    public static final class FillingDisk extends FilePathWrapper {
        static final String SCHEME = "filling";
        static volatile boolean full;

        public FillingDisk() {}

        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            FileChannel inner = super.open(mode);
            return new FileBaseDefault() {
                @Override
                public int read(ByteBuffer into, long position) throws IOException {
                    return inner.read(into, position);
                }

                @Override
                public int write(ByteBuffer from, long position) throws IOException {
                    if (full) {
                        throw new IOException("No space left on device");
                    }
                    return inner.write(from, position);
                }

                @Override
                public long size() throws IOException {
                    return inner.size();
                }

                @Override
                protected void implTruncate(long size) throws IOException {
                    inner.truncate(size);
                }

                @Override
                public FileLock tryLock(long position, long size, boolean shared) throws IOException {
                    return inner.tryLock(position, size, shared);
                }

                @Override
                protected void implCloseChannel() throws IOException {
                    inner.close();
                }
            };
        }
    }

    @Test
    void aSecondProcessIsToldWhatToDo() {
        Path file = folder.resolve("state.mv");
        try (DurableState first = DurableState.open(file)) {
            first.commit();
            assertThatThrownBy(() -> DurableState.open(file))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("end the other process");
        }
    }
}
