package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a reboot a process's number may be that of another, which must not be killed for it. */
class ArmedTest {

    @TempDir
    Path here;

    private Process other;
    private String start;
    private String boot;

    @BeforeEach
    void startOther() throws IOException {
        other = new ProcessBuilder("sleep", "60").start();
        start = Files.readString(Path.of("/proc/" + other.pid() + "/stat")).split(" ")[21];
        boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    @AfterEach
    void endOther() {
        other.destroyForcibly();
    }

    private Armed guardedBy(String... noted) throws IOException {
        Files.write(here.resolve("guard.pid"), List.of(noted));
        return new Armed(here);
    }

    @Test
    void aGuardIsKnownByItsNumberItsStartAndTheBoot() throws Exception {
        Armed armed = guardedBy(Long.toString(other.pid()), start, boot);
        assertThat(armed.pages()).isInstanceOf(Armed.Pages.Coming.class);
        armed.endPages(Duration.ZERO);
        assertThat(other.waitFor()).isNotZero();
        assertThat(armed.pages()).isInstanceOf(Armed.Pages.Lost.class);
    }

    @Test
    void anotherWithItsNumberIsLeftAlone() throws Exception {
        String pid = Long.toString(other.pid());
        for (List<String> noted : List.of(
                List.of(pid),
                List.of(pid, start),
                List.of(pid, start + "1", boot),
                List.of(pid, start, "11111111-2222-3333-4444-555555555555"))) {
            Armed armed = guardedBy(noted.toArray(String[]::new));
            assertThat(armed.lazy()).isTrue();
            assertThat(armed.pages()).isInstanceOf(Armed.Pages.Lost.class);
            armed.endPages(Duration.ZERO);
            assertThat(other.isAlive()).as(noted.toString()).isTrue();
        }
    }
}
