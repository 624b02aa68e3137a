package org.livemigrate.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.cli.LiveMigrate;
import org.livemigrate.protocol.json.Json;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

class DoctorCommandTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = LiveMigrate.commandLine();
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return command.execute(arguments);
    }

    private Path owned(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private Path store() throws IOException {
        return Files.createDirectory(
                folder.resolve("store"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @Test
    void modelsNeedOnlyAStoreAndAToken() throws IOException {
        Path token = owned("token", "0123456789abcdef");
        int status =
                run("doctor", "--runtime", "modelled", "--store", store().toString(), "--token-file", token.toString());
        assertThat(status).as(out + "" + err).isZero();
        assertThat(out.toString()).contains("Containers can be migrated");
    }

    @Test
    void whatIsNeededAndMissingIsStatus3AndNamedInJson() throws IOException {
        Path token = owned("token", "0123456789abcdef");
        int status = run(
                "doctor",
                "--runtime",
                "modelled",
                "--store",
                folder.resolve("nowhere").toString(),
                "--token-file",
                token.toString(),
                "--json");
        assertThat(status).isEqualTo(3);
        JsonNode findings = Json.mapper().readTree(out.toString());
        JsonNode store = findings.valueStream()
                .filter(finding -> finding.get("check").asString().equals("store"))
                .findFirst()
                .orElseThrow();
        assertThat(store.get("state").asString()).isEqualTo("missing");
        assertThat(store.get("severity").asString()).isEqualTo("needed");
        assertThat(store.get("remedy").asString()).contains("mkdir");
        assertThat(store.get("found").asString()).contains("nowhere");
    }

    @Test
    void aControllerThatIsNoUriIsBadInput() {
        assertThat(run("doctor", "--controller", "10.0.0.10:7070")).isEqualTo(2);
        assertThat(err.toString()).contains("10.0.0.10:7070").doesNotContain("\tat ");
    }
}
