package org.livemigrate.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketsTest {

    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    @TempDir
    Path root;

    private static String line(String local, String remote, String state) {
        return "   0: " + local + " " + remote + " " + state
                + " 00000000:00000000 00:00000000 00000000     0        0 12345 1 0000000000000000 100 0 0 10 0\n";
    }

    @Test
    void thoseBoundToAnAddressThatNotEveryNamespaceHasCount() throws IOException {
        Path net = Files.createDirectories(root.resolve("proc/42/net"));
        Files.writeString(
                net.resolve("tcp"),
                HEAD
                        + line("00000000:1F90", "00000000:0000", "0A") // listens on any
                        + line("0200580A:1F91", "00000000:0000", "0A") // listens on 10.88.0.2
                        + line("0200580A:1F90", "0100580A:C350", "01") // connected with 10.88.0.1
                        + line("0200580A:1F90", "0100580A:C351", "06") // is nobody's any more
                        + line("0100007F:1F90", "0100007F:C352", "01")); // with itself
        Files.writeString(
                net.resolve("tcp6"),
                HEAD
                        + line("0000000000000000FFFF00000200580A:1F90", "0000000000000000FFFF00000100580A:C354", "01")
                        + line("0000000000000000FFFF00000200007F:1F90", "0000000000000000FFFF00000100007F:C355", "01")
                        + line("00000000000000000000000001000000:1F90", "00000000000000000000000000000000:0000", "0A"));
        Files.writeString(net.resolve("udp"), HEAD + line("0200580A:0035", "00000000:0000", "07"));
        assertThat(new Sockets(root).bound(42)).isEqualTo(4);
        assertThat(new Sockets(root).bound(43)).isZero();
    }
}
