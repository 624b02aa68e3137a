package org.livemigrate.agent.checkpoint.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.agent.runtime.RunsOnly;
import org.livemigrate.agent.runtime.SystemProcessRunner;
import org.livemigrate.protocol.json.ProblemException;

/** The program network-hold, with an nsenter that enters nothing, and an nft and an ip that note what they are told. */
class NetworkHoldTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path here;

    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private Path programs;
    private Path pipe;
    private ProcessRunner processes;
    private NetworkHold hold;

    @BeforeEach
    void install() throws Exception {
        programs = Files.createDirectory(here.resolve("programs"));
        program("nsenter", "echo \"$1\" >>" + here + "/nsenter.log; exec \"${@:3}\"");
        program(
                "nft",
                "touch " + here + "/nft.started; { [[ $1 != --file ]] && echo \"$*\" || cat; } >>" + here + "/nft.log");
        program(
                "ip",
                "[[ $1 != -br ]] || printf '%s\\n' 'lo UNKNOWN 00:00:00:00:00:00 <LOOPBACK>'"
                        + " 'lm-none@if5 UP 66:94:00:56:f4:be <BROADCAST>'; echo \"$*\" >>" + here + "/ip.log");
        pipe = here.resolve("pipe");
        ProcessRunner real = new SystemProcessRunner();
        processes = withPrograms(real);
        real.run(new ProcessRunner.Command(List.of("mkfifo", pipe.toString()), LONG));
        hold = new NetworkHold(processes, NetworkHold.install(here), Path.of("/run/netns/c1"));
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private void program(String name, String script) throws IOException {
        Path file = programs.resolve(name);
        Files.writeString(file, "#!/bin/bash\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private ProcessRunner withPrograms(ProcessRunner processes) {
        Map<String, String> path = Map.of("PATH", programs + ":" + System.getenv("PATH"));
        return (RunsOnly)
                command -> processes.run(new ProcessRunner.Command(command.arguments(), path, command.timeout()));
    }

    private String noted(String by) throws IOException {
        Path log = here.resolve(by + ".log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private Future<?> closing() {
        Future<?> work = threads.submit(() -> {
            hold.closeAt(pipe, LONG);
            return null;
        });
        await("nft to be started").atMost(LONG).until(() -> Files.exists(here.resolve("nft.started")));
        return work;
    }

    private Process processOf(String verb, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(NetworkHold.install(here).toString(), verb, "/run/netns/c1"));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().merge("PATH", programs.toString(), (path, first) -> first + ":" + path);
        return builder.start();
    }

    private void say(String word) throws IOException {
        Files.writeString(pipe, word + "\n"); // waits for the reader
    }

    @Test
    void itIsInTheContainersNamespaceAndInBothDirections() throws Exception {
        hold.close();
        assertThat(noted("nsenter")).isEqualToIgnoringNewLines("--net=/run/netns/c1");
        assertThat(noted("nft"))
                .contains("inet live_migrate input", "inet live_migrate output", "arp live_migrate input")
                .doesNotContain("policy accept");
        assertThat(noted("ip")).isEmpty();
    }

    @Test
    void withAPipeItWaitsForTheWord() throws Exception {
        Future<?> work = closing();
        assertThat(noted("nft")).isEmpty();
        say("go");
        work.get();
        assertThat(noted("nft")).contains("inet live_migrate input");
    }

    @Test
    void givenUpItHoldsNothing() throws Exception {
        Future<?> work = closing();
        say("end");
        assertThatThrownBy(work::get).hasMessageContaining("status 3");
        assertThat(noted("nft")).isEmpty();
    }

    @Test
    void whoeverIsToSayTheWordMayBeKilledAndNothingIsOpened() throws Exception {
        program(
                "nft",
                "for child in $(</proc/$PPID/task/$PPID/children); do [[ $child == $$ ]] || kill -9 $child; done; echo \"$*\" >>"
                        + here + "/nft.log");
        Process process = processOf("open", "-");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
        assertThat(noted("nft")).doesNotContain("delete");
        assertThat(noted("ip")).isEmpty();
    }

    @Test
    void connectionsMaySpeakButNotEndAndNobodyAsksWhoseTheAddressIs() throws Exception {
        Process process = processOf("let-out");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(noted("nft"))
                .contains(
                        "policy drop",
                        "tcp flags & (fin | rst) == 0 accept",
                        "ip6 saddr != :: icmpv6 type nd-neighbor-solicit")
                .contains("output arp operation request accept", "input arp operation reply accept")
                .doesNotContain("policy accept");
        assertThat(noted("ip")).isEmpty();
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
    void thisHostsOwnNetworkIsLeftAlone() throws Exception {
        NetworkHold own = new NetworkHold(processes, NetworkHold.install(here), Path.of("/proc/self/ns/net"));
        assertThatThrownBy(own::close).hasMessageContaining("own network");
        assertThatThrownBy(own::announce).hasMessageContaining("own network");
        assertThat(noted("nsenter")).isEmpty();
    }

    @Test
    void toAnnounceNeedsNoNft() throws Exception {
        program("nft", "exit 1");
        hold.announce();
        assertThat(noted("ip")).contains("link set dev lm-none address 66:94:00:56:f4:be");
    }

    @Test
    void withoutNftTheProblemSaysSo() throws Exception {
        program("nft", "exit 1");
        assertThatThrownBy(hold::close)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("/run/netns/c1")
                .hasMessageContaining("nftables");
    }
}
