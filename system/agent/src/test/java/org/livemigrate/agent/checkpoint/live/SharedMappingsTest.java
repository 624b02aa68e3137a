package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedMappingsTest {

    @TempDir
    Path root;

    private void process(String pid, String maps) throws IOException {
        Files.writeString(Files.createDirectories(root.resolve("proc/" + pid)).resolve("maps"), maps);
    }

    @Test
    void whatIsMappedSharedIsFoundWhetherItMayBeWrittenOrNot() throws IOException {
        process("7", """
                55d0c0000000-55d0c0021000 r-xp 00000000 fe:00 11                         /bin/database
                7f0000000000-7f0000001000 rw-s 00000000 00:2f 22                         /data/table with a name
                7f0000001000-7f0000002000 r--s 00001000 00:2f 33                         /data/may be made writable
                7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]
                """);
        process("8", "7f0000000000-7f0000001000 rw-s 00000000 00:2f 44 /data/other (deleted)\n");
        assertThat(new SharedMappings(root).inodes(() -> List.of("7", "8")).orElseThrow())
                .containsExactlyInAnyOrder(22L, 33L, 44L);
    }

    @Test
    void aProcessThatComesMeanwhileIsLookedAtToo() throws IOException {
        process("7", "7f0000000000-7f0000001000 rw-s 00000000 00:2f 22 /a\n");
        process("8", "7f0000000000-7f0000001000 rw-s 00000000 00:2f 44 /b\n");
        Deque<List<String>> seen = new ArrayDeque<>(List.of(
                List.of("7"),
                List.of("7", "8"), // one has come
                List.of("7", "8", "9"), // one has gone before it could be looked at
                List.of("8"),
                List.of("8")));
        assertThat(new SharedMappings(root).inodes(seen::remove).orElseThrow()).containsExactly(44L);
    }

    @Test
    void whereTheyComeAndGoAllTheTimeThereIsNoAnswer() throws IOException {
        assertThat(new SharedMappings(root).inodes(() -> List.of("9"))).isEmpty();
    }
}
