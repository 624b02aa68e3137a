package org.livemigrate.protocol.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.protocol.json.ProblemException;

class AmqpUriTest {

    @ParameterizedTest
    @CsvSource({
        "amqp://u:p@h:1234/fleet, false, h, 1234, u, p, fleet",
        "amqp://u:p@h, false, h, 5672, u, p, /",
        "amqp://u:p@h/, false, h, 5672, u, p, /",
        "amqp://u:p@h/%2F, false, h, 5672, u, p, /",
        "amqp://u:p@h/a%2Fb, false, h, 5672, u, p, a/b",
        "AMQPS://u:p@h, true, h, 5671, u, p, /",
        "amqp://h, false, h, 5672, guest, guest, /",
        "amqp://u@h, false, h, 5672, u, '', /",
        "amqp://u%40x:p%3A%2F+@h, false, h, 5672, u@x, p:/+, /",
        "amqp://u:p@[::1]:7, false, ::1, 7, u, p, /",
    })
    void isReadAndWritten(
            String text, boolean tls, String host, int port, String user, String password, String virtualHost) {
        AmqpUri uri = AmqpUri.parse("test", text);
        assertThat(uri).isEqualTo(new AmqpUri(tls, host, port, user, password, virtualHost));
        assertThat(AmqpUri.parse("test", uri.uri())).isEqualTo(uri);
    }

    @Test
    void thePasswordIsShownOnlyWhenAskedFor() {
        AmqpUri uri = AmqpUri.parse("test", "amqp://u:s3cret@h:1/v");
        assertThat(uri.redacted()).isEqualTo("amqp://u@h:1/v");
        assertThat(uri).hasToString("amqp://u@h:1/v");
        assertThat(uri.uri()).isEqualTo("amqp://u:s3cret@h:1/v");
    }

    @ParameterizedTest
    @CsvSource({
        "'', is empty",
        "http://u:s3cret@h, amqp://",
        "u:s3cret@h, amqp://",
        "amqp://, is not a URI",
        "amqp://u:s3cret@, names no host",
        "amqp://u:s3cret@h:port, names no host",
        "amqp://u:s3cret@h:0, port 0",
        "amqp://u:s3cret@h:70000, port 70000",
        "amqp://u:s3 cret@h, is not a URI (character",
        "amqp://u:s3cret%zz@h, is not a URI (character",
        "amqp://:s3cret@h, no user",
        "amqp://u:s3cret@h/a/b, %2F",
        "amqp://u:s3cret@h/a?x=1, not supported",
    })
    void whatIsMalformedIsSaidWithoutThePassword(String text, String reason) {
        assertThatThrownBy(() -> AmqpUri.parse("broker.uri", text))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith("broker.uri")
                .hasMessageContaining(reason)
                .hasMessageContaining("amqp://user:password@host:5672/vhost")
                .hasMessageNotContaining("s3");
    }

    @Test
    void comesFromAFileThatOnlyItsOwnerReads(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("uri");
        Files.writeString(file, "amqp://u:p@h\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> AmqpUri.fromFile(file)).hasMessageContaining("chmod 600 " + file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(AmqpUri.fromFile(file).host()).isEqualTo("h");
        assertThatThrownBy(() -> AmqpUri.fromFile(directory.resolve("none")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void comesFromTheEnvironment() {
        assertThat(AmqpUri.fromEnvironment(Map.of())).isEmpty();
        assertThat(AmqpUri.fromEnvironment(Map.of(AmqpUri.ENVIRONMENT, "amqp://u:p@h")))
                .hasValueSatisfying(uri -> assertThat(uri.host()).isEqualTo("h"));
        assertThatThrownBy(() -> AmqpUri.fromEnvironment(Map.of(AmqpUri.ENVIRONMENT, "nonsense")))
                .hasMessageContaining(AmqpUri.ENVIRONMENT);
    }
}
