package org.livemigrate.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.protocol.migration.Measures.CriuDump;
import org.livemigrate.protocol.migration.Measures.CriuRestore;

class CriuStatsTest {

    /** Both magic words, 20 bytes: field 1 with freezing 150, frozen 2, 3, 4, scanned 5, parent 0, written 300, lazy 0. */
    static final byte[] DUMP =
            HexFormat.of().parseHex("4059105506330957140000000a12" + "0896011002180320042805300038ac024800");

    /** Field 2 with compared 0, skipped 0, forking 7, restore 128, restored 300. */
    static final byte[] RESTORE =
            HexFormat.of().parseHex("40591055063309570e000000120c" + "080010001807208001" + "28ac02");

    @TempDir
    Path folder;

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("stats"), content);
    }

    @Test
    void aDump() throws Exception {
        assertThat(CriuStats.dump(file(DUMP))).isEqualTo(new CriuDump(150, 2, 3, 4, 5, 0, 300, 0));
    }

    @Test
    void aRestore() throws Exception {
        assertThat(CriuStats.restore(file(RESTORE))).isEqualTo(new CriuRestore(0, 0, 7, 128, 300));
    }

    @Test
    void whatCriu4WroteHasFieldsThatAreNewer() throws Exception {
        // CRIU 4.1.1 on a container with 64 MiB; fields 10 to 14 are about shared memory
        byte[] dump = HexFormat.of()
                .parseHex("40591055063309572a0000000a28089c940610f5a10b18d7950420a6c60128f580013000"
                        + "38cd80014000480050145814600068007000");
        assertThat(CriuStats.dump(file(dump)))
                .isEqualTo(new CriuDump(100_892, 184_565, 68_311, 25_382, 16_501, 0, 16_461, 0));
        byte[] restore = HexFormat.of().parseHex("40591055063309571100000012" + "0f081d101a18f2062080c30a28b38001");
        assertThat(CriuStats.restore(file(restore))).isEqualTo(new CriuRestore(29, 26, 882, 172_416, 16_435));
    }

    @Test
    void anImageOfTheOtherKind() {
        assertThatThrownBy(() -> CriuStats.dump(file(RESTORE))).hasMessageContaining("has no dump entry");
    }

    @Test
    void anotherFile() {
        assertThatThrownBy(() ->
                        CriuStats.dump(file("something else".getBytes(java.nio.charset.StandardCharsets.US_ASCII))))
                .hasMessageContaining("not with CRIU's");
    }

    @Test
    void everyTruncationIsAnError() {
        for (int length = 0; length < DUMP.length; length++) {
            byte[] cut = Arrays.copyOf(DUMP, length);
            assertThatThrownBy(() -> CriuStats.dump(file(cut)))
                    .as("%d bytes", cut.length)
                    .isInstanceOf(IOException.class);
        }
    }
}
