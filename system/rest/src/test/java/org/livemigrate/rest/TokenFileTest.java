package org.livemigrate.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.protocol.json.ProblemException;

class TokenFileTest {

    @TempDir
    Path folder;

    @Test
    void aMadeTokenIsPrivateAndStaysTheSame() throws Exception {
        Path file = folder.resolve("sub/token");
        String token = TokenFile.readOrCreate(file);
        assertThat(token).hasSize(64);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(TokenFile.readOrCreate(file)).isEqualTo(token);
        assertThat(TokenFile.read(file)).isEqualTo(token);
    }

    @Test
    void aFileThatOthersMayReadIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "0123456789abcdef");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> TokenFile.read(file))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void missingEmptyAndShortTokensAreRefused() throws Exception {
        assertThatThrownBy(() -> TokenFile.read(folder.resolve("none"))).hasMessageContaining("does not exist");
        Path file = Files.writeString(folder.resolve("short"), "short\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> TokenFile.read(file)).hasMessageContaining("no usable token");
    }
}
