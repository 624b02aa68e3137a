package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

class CriuLogTest {

    @TempDir
    private Path directory;

    private final ProblemException failure =
            new ProblemException(new Problem("freeze-failed", "It failed", 500, "runc exited with status 1"));

    private Problem explained(String log) throws Exception {
        return CriuLog.explained(failure, Files.writeString(directory.resolve("dump.log"), log))
                .problem();
    }

    @Test
    void theErrorsOfCriuAreKeptWithoutTimesAndPlaces() throws Exception {
        // as CRIU 4.1 wrote them of a process whose limits it may not ask for
        Problem problem = explained("""
                (00.000678) Error (criu/util.c:1533): rlimit: Can't setup RLIMIT_NOFILE for self: Operation not permitted
                (00.001012) Warn  (criu/kerndat.c:1): something else
                (00.046334)   6910: Error (criu/cr-dump.c:371): Can't get rlimit 0: Operation not permitted
                (00.117829) Error (criu/cr-dump.c:2111): Dumping FAILED.
                """);

        assertThat(problem.type()).isEqualTo("freeze-failed");
        assertThat(problem.detail())
                .isEqualTo("runc exited with status 1; CRIU's own errors: rlimit: Can't setup RLIMIT_NOFILE for self:"
                        + " Operation not permitted; Can't get rlimit 0: Operation not permitted; Dumping FAILED.");
    }

    @Test
    void soAreThoseOfALogWithoutTimes() throws Exception {
        // as criu lazy-pages wrote it, which logs no more than warnings
        assertThat(explained("Error (criu/uffd.c:750): uffd: PID recv: short read\n")
                        .detail())
                .endsWith("CRIU's own errors: uffd: PID recv: short read");
    }

    @Test
    void ofManyErrorsTheLastFewAreKept() throws Exception {
        StringBuilder log = new StringBuilder();
        for (int k = 1; k <= 9; k++) {
            log.append("(00.1) Error (criu/x.c:1): no ").append(k).append('\n');
        }

        assertThat(explained(log.toString()).detail()).endsWith("CRIU's own errors: no 6; no 7; no 8; no 9");
    }

    @Test
    void aLogWithoutErrorsAndNoLogChangeNothing() throws Exception {
        assertThat(explained("(00.1) all is well\n")).isSameAs(failure.problem());
        assertThat(CriuLog.explained(failure, directory.resolve("none"))).isSameAs(failure);
    }
}
