package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program criu-gate as runc calls it, with a criu that notes how it was called and what it was asked. */
class GateTest {

    /** {@code criu_req} of CRIU's rpc.proto, by its first field. */
    private static final String DUMP = "\\x08\\x01\\x12\\x00";

    private static final String RESTORE = "\\x08\\x02\\x12\\x00";

    private static final String VERSION = "\\x08\\x08";

    @TempDir
    Path here;

    private Shim shim;
    private Gate gate;
    private Process runc;

    @BeforeEach
    void install() throws Exception {
        shim = Shim.install(here.resolve("live"));
        gate = shim.gate("c1");
        Files.createDirectories(gate.directory());
        assertThat(new ProcessBuilder("mkfifo", gate.pipe().path().toString())
                        .start()
                        .waitFor())
                .isZero();
        Path criu = Files.createDirectory(here.resolve("programs")).resolve("criu");
        Files.writeString(
                criu,
                "#!/bin/bash\n{ echo \"$*\" \"${LIVE_MIGRATE_GATE:-no gate}\"; dd bs=64 count=1 <&3 2>/dev/null | od -An -tx1; } >"
                        + here + "/criu.part\nmv " + here + "/criu.part " + here + "/criu.log\n");
        Files.setPosixFilePermissions(criu, PosixFilePermissions.fromString("rwx------"));
    }

    @AfterEach
    void end() {
        if (runc != null) {
            runc.descendants().forEach(ProcessHandle::destroyForcibly);
            runc.destroyForcibly();
        }
    }

    /** Asks as runc does: by a socket that keeps messages apart, as descriptor 3. */
    private void ask(String request) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                "perl",
                "-e",
                "use Socket; use POSIX; $^F = 9; socketpair(my $mine, my $theirs, AF_UNIX, SOCK_SEQPACKET, 0) or die;"
                        + " my $child = fork; if (!$child) { POSIX::dup2(fileno($theirs), 3); exec 'criu', 'swrk', '3'; }"
                        + " send($mine, \"" + request + "\", 0); waitpid($child, 0); exit($? >> 8);");
        builder.environment().putAll(shim.environmentOfGate("c1"));
        builder.environment()
                .merge("LIVE_MIGRATE_PATH", here.resolve("programs").toString(), (path, first) -> first + ":" + path);
        runc = builder.redirectErrorStream(true).start();
    }

    private List<String> heardByCriu() throws IOException {
        Path log = here.resolve("criu.log");
        return Files.exists(log)
                ? Files.readAllLines(log).stream().map(String::strip).toList()
                : List.of();
    }

    @Test
    void aDumpWaitsForTheWordAndCriuGetsItsRequest() throws Exception {
        ask(DUMP);
        await().until(gate::reached);
        assertThat(heardByCriu()).isEmpty();
        gate.open();
        assertThat(runc.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(heardByCriu()).containsExactly("swrk 3 no gate", "08 01 12 00");
        gate.delete();
        assertThat(gate.directory()).doesNotExist();
    }

    @Test
    void aRestoreWaitsForTheWordToo() throws Exception {
        try (RandomAccessFile shims = holdingThePipe()) {
            gate.open(); // as good before it is there
            ask(RESTORE);
            assertThat(runc.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(shims.getFD().valid()).isTrue();
        }
        assertThat(heardByCriu()).containsExactly("swrk 3 no gate", "08 02 12 00");
    }

    private RandomAccessFile holdingThePipe() throws IOException {
        return new RandomAccessFile(gate.pipe().path().toFile(), "rw");
    }

    @Test
    void aRestoreEndsWithWhoeverHoldsTheOtherEnd() throws Exception {
        try (RandomAccessFile shims = holdingThePipe()) {
            ask(RESTORE);
            await().until(gate::reached);
            assertThat(shims.getFD().valid()).isTrue();
        }
        assertThat(runc.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(runc.exitValue()).isNotZero();
        assertThat(heardByCriu()).isEmpty();
    }

    @Test
    void whatIsNoneOfBothDoesNotWait() throws Exception {
        ask(VERSION);
        assertThat(runc.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(heardByCriu()).containsExactly("swrk 3 no gate", "08 08");
        assertThat(gate.reached()).isFalse();
    }

    @Test
    void aDumpThatIsGivenUpNeverReachesCriu() throws Exception {
        ask(DUMP);
        await().until(gate::reached);
        gate.pipe().giveUp();
        assertThat(runc.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(runc.exitValue()).isNotZero();
        assertThat(heardByCriu()).isEmpty();
    }

    @Test
    void aNewLifeOfTheAgentSendsHomeWhatWaits() throws Exception {
        ask(DUMP);
        await().until(gate::reached);
        Shim.sendHome(here.resolve("live"));
        assertThat(runc.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(heardByCriu()).isEmpty();
        assertThat(gate.directory()).doesNotExist();
    }
}
