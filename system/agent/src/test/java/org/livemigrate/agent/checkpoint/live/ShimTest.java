package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shim itself, with programs named runc and criu that note how they were called. */
class ShimTest {

    private static final String ID = "c1";
    private static final String PID = "42";

    @TempDir
    Path here;

    private final List<Process> started = new ArrayList<>();
    private Path programs;
    private Path bundle;
    private Armed armed;

    @BeforeEach
    void install() throws Exception {
        Shim.install(here.resolve("live"));
        programs = Files.createDirectory(here.resolve("programs"));
        bundle = Files.createDirectory(here.resolve("bundle"));
        program("runc", "echo \"$*\" >>" + here + "/runc.log");
        armed = new Armed(here.resolve("live/work").resolve(ID));
    }

    @AfterEach
    void endAll() {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private void program(String name, String script) throws IOException {
        Path file = programs.resolve(name);
        Files.writeString(file, "#!/bin/bash\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Process shim(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(here.resolve("live/oci-shim").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LIVE_MIGRATE_SHIM_ROOT", here.toString());
        builder.environment().merge("PATH", programs.toString(), (path, first) -> first + ":" + path);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private Process waiting() throws Exception {
        Files.createDirectories(armed.directory());
        assertThat(new ProcessBuilder("mkfifo", armed.pipe().path().toString())
                        .start()
                        .waitFor())
                .isZero();
        Files.writeString(here.resolve("pid"), PID);
        Process shim = shim(
                "--log",
                here.resolve("log").toString(),
                "restore",
                "--bundle",
                bundle.toString(),
                "--pid-file",
                here.resolve("pid").toString(),
                "--detach",
                "--image-path",
                "/podmans/own",
                "--work-path",
                "/podmans/own",
                ID);
        await("the shim to wait")
                .atMost(Duration.ofSeconds(30))
                .until(() -> armed.bundle().isPresent());
        return shim;
    }

    private void listenAsCriuWould() throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        socket.bind(UnixDomainSocketAddress.of(armed.directory().resolve("lazy-pages.socket")));
        socket.close(); // the name stays
    }

    private static int ended(Process process) throws InterruptedException {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
        return process.exitValue();
    }

    private String runcs() throws IOException {
        Path log = here.resolve("runc.log");
        return Files.exists(log) ? Files.readString(log).strip() : "";
    }

    @Test
    void aKillIsForAllProcesses() throws Exception {
        assertThat(ended(shim("--systemd-cgroup", "kill", ID, "9"))).isZero();
        assertThat(runcs()).isEqualTo("--systemd-cgroup kill --all " + ID + " 9");
    }

    @Test
    void itIsForItsOwnerAlone() throws IOException {
        assertThat(Files.getPosixFilePermissions(here.resolve("live/oci-shim")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(here.resolve("live/work")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(here.resolve("live/containers.conf"))
                .hasContent("[engine.runtimes]\nrunc = [\"" + here.resolve("live/oci-shim") + "\"]\n");
    }

    @Test
    void whatIsNotItsBusinessGoesToRunc() throws Exception {
        assertThat(ended(shim("checkpoint", "--help"))).isZero();
        assertThat(ended(shim("--root", "/r", "state", ID))).isZero();
        assertThat(ended(shim("restore", "--image-path", "/podmans/own", "other")))
                .isZero();
        assertThat(ended(shim("restore", "--image-path", "/podmans/own", "../c1")))
                .isZero();
        assertThat(runcs().lines())
                .containsExactly(
                        "checkpoint --help",
                        "--root /r state c1",
                        "restore --image-path /podmans/own other",
                        "restore --image-path /podmans/own ../c1");
    }

    @Test
    void aPreDumpForPodmansDescriptionDumpsNothing() throws Exception {
        Path place = here.resolve("pre-checkpoint");
        assertThat(ended(shim("checkpoint", "--image-path", place.toString(), "--pre-dump", ID)))
                .isZero();
        assertThat(place).isEmptyDirectory();
        assertThat(runcs()).isEmpty();
    }

    @Test
    void anEagerRestoreTakesTheImagesBesideThePipe() throws Exception {
        Process shim = waiting();
        assertThat(armed.bundle()).contains(bundle);
        assertThat(runcs()).isEmpty();
        armed.goAnew("eager");
        ended(shim);
        assertThat(runcs())
                .isEqualTo("--log " + here.resolve("log") + " restore --bundle " + bundle + " --pid-file "
                        + here.resolve("pid") + " --detach --image-path " + armed.images() + " --work-path "
                        + armed.directory() + " c1");
        assertThat(armed.runningSince()).isPresent();
    }

    @Test
    void toldToEndItRestoresNothing() throws Exception {
        Process shim = waiting();
        armed.pipe().giveUp();
        assertThat(ended(shim)).isEqualTo(1);
        assertThat(runcs()).isEmpty();
    }

    /** A runc that gets to CRIU's gate and restores if it is let through. */
    private void runcThatWaits() throws IOException {
        program(
                "runc",
                "echo \"$*\" >>" + here + "/runc.log\n[[ ${LIVE_MIGRATE_GATE:-} ]] || exit 0\n"
                        + "[[ ${PATH%%:*} == " + here + "/live/bin && $LIVE_MIGRATE_PATH != *live/bin* ]] || exit 2\n"
                        + ": >\"$LIVE_MIGRATE_GATE/ready\"\nread -r word <\"$LIVE_MIGRATE_GATE/go\"\n"
                        + "echo \"the word is $word\" >>" + here + "/runc.log\n[[ $word == go ]] || exit 1\n"
                        + "[[ ! -e " + here + "/hangs ]] || { sleep 600 & wait $!; exit 1; }\n"
                        + "[[ ! -e " + here + "/loses ]] || until [[ -e " + armed.directory()
                        + "/lost ]]; do sleep 0.01; done");
    }

    private Process begun(String mode) throws Exception {
        runcThatWaits();
        Process shim = waiting();
        armed.begin(mode);
        await("runc to wait at the gate")
                .atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(armed.directory().resolve("gate/ready")));
        return shim;
    }

    @Test
    void whatWasBegunGoesOnWhenTheImagesAreThere() throws Exception {
        Process shim = begun("eager");
        assertThat(runcs().lines()).hasSize(1);
        assertThat(armed.runningSince()).isEmpty();
        armed.go();
        assertThat(ended(shim)).isZero();
        assertThat(runcs().lines()).hasSize(2).last().isEqualTo("the word is go");
        assertThat(runcs()).contains("--image-path " + armed.images()).doesNotContain("--lazy-pages");
        assertThat(armed.runningSince()).isPresent();
    }

    @Test
    void whatWasBegunLazilyHasItsPagesServed() throws Exception {
        program("criu", "exit 0");
        Process shim = begun("lazy");
        listenAsCriuWould();
        armed.go();
        assertThat(ended(shim)).isZero();
        assertThat(runcs().lines().toList().get(0)).endsWith("--lazy-pages c1");
        await("all pages").atMost(Duration.ofSeconds(30)).until(() -> armed.pages() instanceof Armed.Pages.Complete);
    }

    @Test
    void whatWasBegunAndDoesNotFitIsGivenUpForAnother() throws Exception {
        Process shim = begun("eager");
        armed.goAnew("eager");
        assertThat(ended(shim)).isZero();
        assertThat(runcs().lines().toList()).hasSize(3).element(1).isEqualTo("the word is end");
        assertThat(armed.runningSince()).isPresent();
    }

    @Test
    void whatWasBegunAndHasDiedIsTriedAnew() throws Exception {
        program("runc", "echo \"$*\" >>" + here + "/runc.log\n[[ ! ${LIVE_MIGRATE_GATE:-} ]]");
        Process shim = waiting();
        armed.begin("eager");
        armed.go();
        assertThat(ended(shim)).isZero();
        assertThat(runcs().lines()).hasSize(2);
        assertThat(armed.runningSince()).isPresent();
    }

    @Test
    void toldToEndItEndsWhatWasBegun() throws Exception {
        Process shim = begun("eager");
        armed.pipe().giveUp();
        assertThat(ended(shim)).isEqualTo(1);
        assertThat(runcs()).endsWith("the word is end");
        assertThat(armed.runningSince()).isEmpty();
    }

    @Test
    void whatWasBegunEndsWithTheShim() throws Exception {
        begun("eager").destroyForcibly();
        await("runc to end").atMost(Duration.ofSeconds(30)).until(() -> runcs().endsWith("the word is"));
    }

    @Test
    void theNextLifeOfTheAgentEndsItsWait() throws Exception {
        Process shim = waiting();
        Shim.sendHome(here.resolve("live"));
        assertThat(ended(shim)).isEqualTo(1);
        assertThat(runcs()).isEmpty();
        Shim.sendHome(here.resolve("live"));
        Shim.sendHome(here.resolve("none"));
    }

    @Test
    void aLazyRestoreHasItsPagesServedAndTellsWhenAllAreIn() throws Exception {
        // until the test lets it end well
        program("criu", "until [[ -e " + here.resolve("enough") + " ]]; do sleep 0.01; done");
        Process shim = waiting();
        listenAsCriuWould();
        armed.goAnew("lazy");
        ended(shim);
        assertThat(runcs()).contains("--lazy-pages").endsWith(" c1");
        assertThat(armed.pages()).isInstanceOf(Armed.Pages.Coming.class);
        Files.createFile(here.resolve("enough"));
        await("all pages").atMost(Duration.ofSeconds(30)).until(() -> armed.pages() instanceof Armed.Pages.Complete);
    }

    /** One that is held, with an nsenter that notes what network-hold is to do there, when its time has come. */
    private Process begunWithHeldNetwork(String mode) throws Exception {
        program(
                "nsenter",
                "[[ ! ${6-} ]] || { read -r word && [[ $word == go ]] || { echo given up >>" + here
                        + "/hold.log; exit 3; }; }; echo \"$1 $4\" >>" + here
                        + "/hold.log");
        Files.createDirectories(armed.directory());
        Files.writeString(armed.directory().resolve("held"), "/run/netns/c1\n");
        Process shim = begun(mode);
        await("what may leave it to be settled")
                .atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(here.resolve("hold.log")));
        return shim;
    }

    private List<String> holds() throws IOException {
        return Files.readAllLines(here.resolve("hold.log"));
    }

    @Test
    void aHeldNetworkLetsConnectionsSpeakBeforeTheyAreRestoredAndIsOpenedAfter() throws Exception {
        Process shim = begunWithHeldNetwork("eager");
        assertThat(holds()).containsExactly("--net=/run/netns/c1 let-out");
        armed.go();
        assertThat(ended(shim)).isZero();
        assertThat(holds()).containsExactly("--net=/run/netns/c1 let-out", "--net=/run/netns/c1 open");
    }

    @Test
    void whatWasBegunInAnotherWayIsOpenedOnce() throws Exception {
        program("criu", "exit 0");
        Process shim = begunWithHeldNetwork("eager");
        listenAsCriuWould();
        armed.goAnew("lazy");
        assertThat(ended(shim)).isZero();
        assertThat(holds()).containsExactly("--net=/run/netns/c1 let-out", "--net=/run/netns/c1 open");
    }

    @Test
    void whatLosesItsPagesBeforeItIsKnownToRunIsSilenced() throws Exception {
        program("criu", "exit 1");
        Files.createFile(here.resolve("loses"));
        Process shim = begunWithHeldNetwork("lazy");
        Files.delete(here.resolve("pid"));
        listenAsCriuWould();
        armed.go();
        ended(shim);
        await("the hold").atMost(Duration.ofSeconds(30)).until(() -> holds().contains("--net=/run/netns/c1 close"));
        assertThat(holds()).doesNotContain("--net=/run/netns/c1 open");
    }

    @Test
    void aHeldNetworkOfWhatIsNotRestoredStaysHeld() throws Exception {
        Process shim = begunWithHeldNetwork("eager");
        armed.pipe().giveUp();
        assertThat(ended(shim)).isEqualTo(1);
        await("what was to open it to end").atMost(Duration.ofSeconds(30)).until(() -> holds().contains("given up"));
        assertThat(holds()).containsExactly("--net=/run/netns/c1 let-out", "given up");
    }

    @Test
    void whatIsRestoredAndFailsIsNotHeardOfAgain() throws Exception {
        Process shim = begunWithHeldNetwork("eager");
        Files.writeString(programs.resolve("runc"), "#!/bin/bash\nexit 7\n");
        armed.goAnew("eager");
        assertThat(ended(shim)).isEqualTo(7);
        assertThat(holds())
                .contains("--net=/run/netns/c1 let-out", "--net=/run/netns/c1 close")
                .doesNotContain("--net=/run/netns/c1 open");
    }

    @Test
    void toEndARestoreThatLostItsPagesOpensNothing() throws Exception {
        program("criu", "exit 1");
        Files.createFile(here.resolve("hangs"));
        Process shim = begunWithHeldNetwork("lazy");
        listenAsCriuWould();
        armed.go();
        assertThat(ended(shim)).isNotZero();
        await("what was to open it to end").atMost(Duration.ofSeconds(30)).until(() -> holds().contains("given up"));
        assertThat(holds()).contains("--net=/run/netns/c1 close").doesNotContain("--net=/run/netns/c1 open");
    }

    @Test
    void anOpeningThatHasDiedIsMadeGood() throws Exception {
        program("nsenter", "[[ ! ${6-} ]] || exit 1; echo \"$1 $4\" >>" + here + "/hold.log");
        Files.createDirectories(armed.directory());
        Files.writeString(armed.directory().resolve("held"), "/run/netns/c1\n");
        Process shim = begun("eager");
        armed.go();
        assertThat(ended(shim)).isZero();
        assertThat(holds()).containsExactly("--net=/run/netns/c1 let-out", "--net=/run/netns/c1 open");
    }

    /** The container's process is in this control group, and every group has a switch. */
    private Path freezer(String group, String state) throws IOException {
        Files.createDirectories(here.resolve("proc/" + PID));
        Files.writeString(here.resolve("proc/" + PID + "/cgroup"), "6:freezer:" + group + "\n0::/\n");
        Path all = Files.createDirectories(here.resolve("sys/fs/cgroup/freezer/containers/libpod-" + ID));
        for (Path at = all; !at.equals(here.resolve("sys/fs/cgroup")); at = at.getParent()) {
            Files.writeString(at.resolve("freezer.state"), state + "\n");
        }
        return all.resolve("freezer.state");
    }

    private void killServerOfPages() throws Exception {
        program("criu", "until [[ -e " + here.resolve("enough") + " ]]; do sleep 0.01; done; kill -9 $$");
        Process shim = waiting();
        listenAsCriuWould();
        armed.goAnew("lazy");
        ended(shim);
        Files.createFile(here.resolve("enough"));
        await("the loss to be told")
                .atMost(Duration.ofSeconds(30))
                .until(() -> armed.pages() instanceof Armed.Pages.Lost lost
                        && lost.how().contains("137"));
    }

    @Test
    void aServerOfPagesThatIsKilledIsNotMissedAndTheContainerStandsStill() throws Exception {
        Path freezer = freezer("/containers/libpod-" + ID, "THAWED");
        killServerOfPages();
        assertThat(Set.of(armed.directory().toFile().list())).contains("lazy.exit", "lost");
        assertThat(freezer).hasContent("FROZEN");
    }

    @Test
    void whenTheContainerHasEndedTheHostIsNotFrozenInItsPlace() throws Exception {
        freezer("/", "THAWED");
        killServerOfPages();
        assertThat(here.resolve("sys/fs/cgroup/freezer/freezer.state")).hasContent("THAWED");
    }

    @Test
    void whatIsRestoredFrozenIsThawed() throws Exception {
        Path freezer = freezer("/containers/libpod-" + ID, "FROZEN");
        Process shim = waiting();
        armed.goAnew("eager");
        ended(shim);
        assertThat(freezer).hasContent("THAWED");
    }

    @Test
    void whatLostItsPagesWhileItWasRestoredIsNotThawed() throws Exception {
        Path freezer = freezer("/containers/libpod-" + ID, "FROZEN");
        program("criu", "kill -9 $$");
        program("runc", "until [[ -e " + armed.directory().resolve("lazy.exit") + " ]]; do sleep 0.01; done");
        Process shim = waiting();
        listenAsCriuWould();
        Files.writeString(armed.directory().resolve("held"), "/no/such/network\n");
        armed.goAnew("lazy");
        assertThat(ended(shim)).isZero(); // it does not let the network go either
        assertThat(freezer).hasContent("FROZEN");
    }

    @Test
    void aRestoreThatWaitsForPagesThatAreLostIsEnded() throws Exception {
        program("criu", "kill -9 $$");
        program("runc", "sleep 600 & wait $!; exit 1");
        Process shim = waiting();
        listenAsCriuWould();
        armed.goAnew("lazy");
        assertThat(ended(shim)).isEqualTo(1);
        assertThat(armed.runningSince()).isEmpty();
    }
}
