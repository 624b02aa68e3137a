package org.livemigrate.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class FailuresTest {

    @Test
    void whatTheClassSaysIsSaidInWords() {
        assertThat(Failures.why(new NoSuchFileException("/s/x"))).isEqualTo("/s/x is not there");
        assertThat(Failures.why(new AccessDeniedException("/s/x"))).isEqualTo("/s/x may not be used by this process");
        assertThat(Failures.why(new FileSystemException("/s/x", null, "No space left on device")))
                .isEqualTo("/s/x: No space left on device");
        assertThat(Failures.why(new ClosedChannelException())).isEqualTo("closed channel");
        assertThat(Failures.why(new EOFException())).isEqualTo("it ends too early");
        assertThat(Failures.why(new OutOfMemoryError())).isEqualTo("out of memory");
        assertThat(Failures.why(new IOException("Connection reset"))).isEqualTo("Connection reset");
    }

    @Test
    void whatOnlyWrapsIsLookedInto() {
        IOException gone = new NoSuchFileException("/s/x");
        assertThat(Failures.why(new UncheckedIOException(gone))).isEqualTo("/s/x is not there");
        assertThat(Failures.why(new UncheckedIOException("while listing", gone)))
                .isEqualTo("/s/x is not there");
        assertThat(Failures.why(new CompletionException(new IOException(gone)))).isEqualTo("/s/x is not there");
        assertThat(Failures.why(new IOException("the store is slow", gone))).isEqualTo("the store is slow");
    }

    @Test
    void thatNobodyAnswersHasNoMessageInJava() {
        assertThat(Failures.why(new ConnectException())).isEqualTo("nobody takes connections there");
        assertThat(Failures.why(new ConnectException().initCause(new ClosedChannelException())))
                .isEqualTo("nobody takes connections there");
        assertThat(Failures.why(new ConnectException().initCause(new UnresolvedAddressException())))
                .isEqualTo("no address is known for that name");
    }
}
