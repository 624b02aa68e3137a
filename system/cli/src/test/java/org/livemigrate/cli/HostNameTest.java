package org.livemigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.cli.console.ExitStatus;
import picocli.CommandLine;

/** Two hosts of one name would be one host of the fleet. */
class HostNameTest {

    @TempDir
    Path here;

    private Path kernel(String name) throws IOException {
        return Files.writeString(here.resolve("hostname"), name + "\n");
    }

    @Test
    void theKernelTellsItWhateverTheResolverKnows() throws IOException {
        assertThat(LiveMigrate.hostName(null, kernel("node7"))).isEqualTo("node7");
        assertThat(LiveMigrate.hostName("", kernel("node7"))).isEqualTo("node7");
        assertThat(LiveMigrate.hostName("node8", kernel("node7"))).isEqualTo("node8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "localhost.localdomain", "(none)"})
    void aNameThatManyHaveIsNone(String name) throws IOException {
        assertThat(LiveMigrate.hostName(null, kernel(name))).isEmpty();
        assertThat(LiveMigrate.hostName(name, kernel(name))).isEmpty();
    }

    @Test
    void anAgentWithoutANameAsksForOne() {
        String before = System.setProperty("livemigrate.hostname", "");
        try {
            StringWriter said = new StringWriter();
            CommandLine command = LiveMigrate.commandLine().setErr(new PrintWriter(said));
            assertThat(command.execute("agent")).isEqualTo(ExitStatus.BAD_INPUT);
            assertThat(said.toString()).contains("--host-id");
        } finally {
            if (before == null) {
                System.clearProperty("livemigrate.hostname");
            } else {
                System.setProperty("livemigrate.hostname", before);
            }
        }
    }
}
