package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.agent.runtime.SystemProcessRunner;
import org.livemigrate.protocol.json.ProblemException;

/** The program network-hold, with an nsenter that enters nothing, and an nft and an ip that note what they are told. */
class NetworkHoldTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(20);

    @TempDir
    Path here;

    private final Background background = new Background();
    private Path programs;
    private WordPipe pipe;
    private NetworkHold hold;

    @BeforeEach
    void install() throws Exception {
        Shim shim = Shim.install(here.resolve("live"));
        programs = Files.createDirectory(here.resolve("programs"));
        program("nsenter", "echo \"$1\" >>" + here + "/nsenter.log; exec \"${@:3}\"");
        program(
                "nft",
                "touch " + here + "/nft.started; { [[ $1 != --file ]] && echo \"$*\" || cat; } >>" + here + "/nft.log");
        program(
                "ip",
                "[[ $1 != -br ]] || printf '%s\\n' 'lo UNKNOWN 00:00:00:00:00:00 <LOOPBACK>'"
                        + " 'lm-none@if5 UP 66:94:00:56:f4:be <BROADCAST>'; echo \"$*\" >>" + here + "/ip.log");
        pipe = shim.gate("c1").hold();
        Files.createDirectories(pipe.path().getParent());
        ProcessRunner processes = new SystemProcessRunner();
        pipe.make(processes, LONG);
        hold = new NetworkHold(withPrograms(processes), shim.networkHold(), Path.of("/proc/42/ns/net"));
    }

    private void program(String name, String script) throws IOException {
        Path file = programs.resolve(name);
        Files.writeString(file, "#!/bin/bash\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private ProcessRunner withPrograms(ProcessRunner processes) {
        Map<String, String> path = Map.of("PATH", programs + ":" + System.getenv("PATH"));
        return new ProcessRunner() {
            @Override
            public Result run(Command command) throws IOException, InterruptedException {
                return processes.run(new Command(command.arguments(), path, command.timeout()));
            }

            @Override
            public int follow(Command command, Consumer<String> lines) {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean awaitStrays(String argument, Duration atMost) {
                throw new UnsupportedOperationException();
            }
        };
    }

    private String noted(String by) throws IOException {
        Path log = here.resolve(by + ".log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private Background.Work<Void> closing() {
        Background.Work<Void> work = background.start(() -> {
            hold.closeAt(pipe, LONG);
            return null;
        });
        await("nft to be started").atMost(LONG).until(() -> Files.exists(here.resolve("nft.started")));
        return work;
    }

    @Test
    void itIsInTheContainersNamespaceAndInBothDirections() throws Exception {
        hold.close();
        assertThat(noted("nsenter")).isEqualToIgnoringNewLines("--net=/proc/42/ns/net");
        assertThat(noted("nft"))
                .contains("inet live_migrate input", "inet live_migrate output", "arp live_migrate input")
                .doesNotContain("policy accept");
        assertThat(noted("ip")).isEmpty();
    }

    @Test
    void withAPipeItWaitsForTheWord() throws Exception {
        Background.Work<Void> work = closing();
        assertThat(noted("nft")).isEmpty();
        pipe.go(work, time -> Thread.sleep(time.toMillis()), SHORT);
        work.await();
        assertThat(noted("nft")).contains("inet live_migrate input");
    }

    @Test
    void givenUpItHoldsNothing() throws Exception {
        Background.Work<Void> work = closing();
        pipe.giveUp(work, time -> Thread.sleep(time.toMillis()));
        work.await();
        assertThat(noted("nft")).isEmpty();
    }

    @Test
    void aKernelWithoutArpTablesHoldsTheRest() throws Exception {
        program(
                "nft",
                "[[ $1 == --file ]] && rules=$(cat) || rules=$*; [[ $rules != *' arp '* ]] && echo \"$rules\" >>" + here
                        + "/nft.log");
        hold.close();
        assertThat(noted("nft")).contains("inet live_migrate input").doesNotContain(" arp ");
    }

    @Test
    void openingTellsPeersWhereTheAddressIs() throws Exception {
        hold.open();
        assertThat(noted("nft")).contains("delete table inet live_migrate", "delete table arp live_migrate");
        assertThat(noted("ip"))
                .contains("link set dev lm-none address 66:94:00:56:f4:be")
                .doesNotContain("dev lo");
    }

    @Test
    void withoutNftTheProblemSaysSo() throws Exception {
        program("nft", "exit 1");
        assertThatThrownBy(hold::close)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("/proc/42/ns/net")
                .hasMessageContaining("nftables");
    }
}
