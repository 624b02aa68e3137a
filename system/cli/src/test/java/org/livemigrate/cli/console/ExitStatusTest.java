package org.livemigrate.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class ExitStatusTest {

    @Command(name = "any")
    private static final class Any {}

    @ParameterizedTest
    @CsvSource({"400,2", "404,2", "409,1", "401,3", "503,3", "500,1", "504,1"})
    void aRefusalSaysWhoseItIs(int status, int exit) {
        StringWriter said = new StringWriter();
        CommandLine command = new CommandLine(new Any()).setErr(new PrintWriter(said));
        Exception refused = new ProblemException(new Problem("any", "Any", status, "why not"));
        assertThat(new ExitStatus().handleExecutionException(refused, command, null))
                .isEqualTo(exit);
        assertThat(said).hasToString("live-migrate: why not" + System.lineSeparator());
    }
}
