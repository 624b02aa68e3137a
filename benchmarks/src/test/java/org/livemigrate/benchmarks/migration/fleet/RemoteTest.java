package org.livemigrate.benchmarks.migration.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.benchmarks.migration.inventory.Inventory;

class RemoteTest {

    private static final List<String> SSH = List.of("ssh", "-o", "BatchMode=yes", "root@10.0.0.11");

    private static final String[] WORDS = {
        "two  spaces",
        "",
        "it's",
        "\"double\"",
        "$HOME",
        "`id`",
        "back\\slash",
        "line\nbreak",
        "*",
        "; exit 3",
        "größer ✓"
    };

    @TempDir
    Path folder;

    /** As ssh does it: the arguments after the host's name, joined with spaces, for the login shell there. */
    private String toldByALoginShell(String shell, String... command) throws Exception {
        List<String> line = Remote.line(new Inventory.Node("host1", SSH), command);
        assertThat(line.subList(0, SSH.size())).isEqualTo(SSH);
        // by way of a file, since an argument's encoding is the test machine's
        Path script =
                Files.writeString(folder.resolve("login"), String.join(" ", line.subList(SSH.size(), line.size())));
        return Remote.run(new Inventory.Node("here", null), shell, script.toString());
    }

    @Test
    void sshsLoginShellGetsEachArgumentAsItIs() throws Exception {
        List<String> command = new ArrayList<>(List.of("printf", "<%s>"));
        command.addAll(List.of(WORDS));
        for (String shell : List.of("sh", "bash")) {
            assertThat(toldByALoginShell(shell, command.toArray(String[]::new)))
                    .isEqualTo("<" + String.join("><", WORDS) + ">");
        }
    }

    @Test
    void aScriptRunsInTheShellThatItIsFor() throws Exception {
        assertThat(toldByALoginShell("sh", "bash", "-c", "LC_ALL=C; [[ $EPOCHREALTIME == *.* ]] && echo a clock"))
                .isEqualTo("a clock\n");
    }

    @Test
    void otherWaysInHandArgumentsOn() {
        List<String> lab = List.of("benchmarks/bin/lab", "exec", "node1", "--");
        assertThat(Remote.line(new Inventory.Node("node1", lab), "echo", "it's $HOME"))
                .endsWith("--", "echo", "it's $HOME");
        assertThat(Remote.line(new Inventory.Node("host1", List.of("/usr/bin/ssh", "host1")), "true"))
                .endsWith("'true'");
    }
}
