package org.livemigrate.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.runtime.FakePodman;
import org.livemigrate.agent.runtime.Podman;
import org.livemigrate.agent.runtime.PodmanRuntime;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.Measures;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.StepRequest;

class PodmanEngineTest {

    @TempDir
    Path images;

    private final FakePodman podman = new FakePodman().with("c1", "running");
    private final List<Integer> announced = new ArrayList<>();
    private boolean cannotAnnounce;
    private final Podman command = new Podman(podman, List.of("podman"));
    private final PodmanRuntime runtime = new PodmanRuntime(command, Optional.empty(), Path.of("/nowhere"));

    private PodmanEngine engine(boolean canPreDump) {
        return engine(canPreDump, Optional.empty());
    }

    private PodmanEngine engine(boolean canPreDump, Optional<Path> containers) {
        StoredHosts hosts = new StoredHosts(podman, images.resolve("no-store"), "a");
        return new PodmanEngine(
                command, new CriuFigures(containers), runtime, hosts, true, canPreDump, this::announce, time -> {});
    }

    private void announce(int pid) {
        if (cannotAnnounce) {
            throw new ProblemException(Problem.internal("no nsenter"));
        }
        announced.add(pid);
    }

    private Job job(int rounds, boolean tcp) {
        ContainerFacts container =
                new ContainerFacts("c1", "web", "i", "i", "running", 1, null, 0, 0, null, "none", null, null, null);
        MigrationOptions options = new MigrationOptions("podman", rounds, 10, "none", tcp, 1_000);
        return new Job("m1", new StepRequest(1, container, "a", "b", options, null), images, false, (done, what) -> {});
    }

    private List<String> checkpoints() {
        return podman.commands.stream()
                .filter(arguments -> arguments.size() > 1
                        && (arguments.get(1).equals("checkpoint")
                                || arguments.get(1).equals("restore")))
                .map(arguments -> String.join(" ", arguments).replace(images.toString(), "DIR"))
                .collect(Collectors.toList());
    }

    @Test
    void theReportsSequence() throws Exception {
        PodmanEngine engine = engine(true);
        CheckpointEngine.PreCopied copied = engine.preCopy(job(2, true));
        assertThat(copied.rounds()).hasSize(2);
        assertThat(copied.bytes()).isPositive();
        CheckpointEngine.Frozen frozen = engine.freeze(job(2, true));
        assertThat(frozen.files()).containsExactly(PodmanEngine.PREVIOUS, PodmanEngine.ARCHIVE);
        podman.with("c1", "gone");
        engine.restore(job(2, true));
        String preDump = "container checkpoint --pre-checkpoint --compress none --file-locks --tcp-established"
                + " --export DIR/pre-dump.tar.part c1";
        assertThat(checkpoints())
                .containsExactly(
                        preDump,
                        preDump,
                        "container checkpoint --compress none --file-locks --tcp-established --with-previous"
                                + " --export DIR/checkpoint.tar.part c1",
                        "container restore --file-locks --tcp-established --import DIR/checkpoint.tar"
                                + " --import-previous DIR/pre-dump.tar");
        assertThat(podman.state("c1")).isEqualTo("running");
        assertThat(announced).hasSize(1);
    }

    @Test
    void aPeerThatCannotBeToldIsNoFailure() throws Exception {
        cannotAnnounce = true;
        PodmanEngine engine = engine(true);
        engine.freeze(job(0, true));
        podman.with("c1", "gone");
        assertThat(engine.restore(job(0, true)).container().running()).isTrue();
    }

    @Test
    void theImagesOfOneThatWasMadeWithRmAreAllThatIsLeftOfIt() throws Exception {
        podman.removedWhenStopped.add("c1");
        PodmanEngine engine = engine(false);
        assertThat(engine.freeze(job(0, false)).files()).containsExactly(PodmanEngine.ARCHIVE);
        assertThat(images.resolve(PodmanEngine.ARCHIVE)).exists();
        engine.restore(job(0, false));
        assertThat(podman.state("c1")).isEqualTo("running");
    }

    @Test
    void whereItsAddressIsTakenPodmanIsToldNotToInsist() throws Exception {
        PodmanEngine engine = engine(false);
        Job asked = job(0, false);
        engine.freeze(asked);
        engine.restore(new Job("m1", asked.request(), images, true, asked.progress()));
        assertThat(checkpoints())
                .containsExactly(
                        "container checkpoint --compress none --file-locks --export DIR/checkpoint.tar.part c1",
                        "container restore --file-locks --ignore-static-ip --import DIR/checkpoint.tar");
    }

    @Test
    void withoutDirtyTrackingThereAreNoPreDumpsAndItSaysSo() throws Exception {
        PodmanEngine engine = engine(false);
        CheckpointEngine.PreCopied copied = engine.preCopy(job(10, false));
        assertThat(copied.rounds()).isEmpty();
        assertThat(copied.note()).contains("mem_dirty_track");
        assertThat(engine.freeze(job(10, false)).files()).containsExactly(PodmanEngine.ARCHIVE);
        assertThat(checkpoints())
                .containsExactly(
                        "container checkpoint --compress none --file-locks --export DIR/checkpoint.tar.part c1");
    }

    @Test
    void aFailedPreDumpIsLeftOutAndTheRestGoesOn() throws Exception {
        podman.override = arguments ->
                arguments.contains("--pre-checkpoint") ? FakePodman.failed(125, "CRIU is missing features") : null;
        PodmanEngine engine = engine(true);
        assertThat(engine.preCopy(job(3, false)).note()).contains("CRIU is missing features");
        assertThat(engine.freeze(job(3, false)).files()).containsExactly(PodmanEngine.ARCHIVE);
    }

    @Test
    void aFailedDumpLeavesNoArchiveUnderAnyName() throws Exception {
        podman.override = arguments -> {
            if (arguments.contains("--export")) {
                write(Path.of(FakePodman.after(arguments, "--export")));
                return FakePodman.failed(125, "criu failed: type NOTIFY errno 0");
            }
            return null;
        };
        assertThatThrownBy(() -> engine(false).freeze(job(0, false))).hasMessageContaining("criu failed");
        assertThat(images).isEmptyDirectory();
        assertThat(podman.state("c1")).isEqualTo("running");
    }

    @Test
    void aDumpThatSaysDoneWhileTheContainerRunsIsAFailure() {
        podman.override = arguments -> {
            if (arguments.contains("--export")) {
                write(Path.of(FakePodman.after(arguments, "--export")));
                return FakePodman.ok("c1");
            }
            return null;
        };
        assertThatThrownBy(() -> engine(false).freeze(job(0, false))).hasMessageContaining("it is running");
        assertThat(images).isEmptyDirectory();
    }

    @Test
    void aRestoreThatSaysDoneWhileNothingRunsIsAFailure() throws Exception {
        Files.writeString(images.resolve(PodmanEngine.ARCHIVE), "archive of c9");
        podman.with("c1", "exited");
        assertThatThrownBy(() -> engine(false).restore(job(0, false))).hasMessageContaining("podman container restore");
    }

    @Test
    void resumeLeavesARunningContainerAloneAndRestoresAStoppedOne() throws Exception {
        engine(false).resume(job(0, false));
        assertThat(checkpoints()).isEmpty();
        assertThat(announced).isEmpty();
        podman.with("c1", "checkpointed");
        assertThat(engine(false).resume(job(0, false)).running()).isTrue();
        assertThat(checkpoints()).containsExactly("container restore --file-locks c1");
        assertThat(announced).hasSize(1);
    }

    @Test
    void whatCriuMeasuredComesAlongAndTheImagesThatWereKeptForItGo(@TempDir Path containers) throws Exception {
        Path folder = Files.createDirectories(containers.resolve("c1/userdata"));
        Files.write(folder.resolve("stats-dump"), CriuStatsTest.DUMP);
        PodmanEngine engine = engine(false, Optional.of(containers));
        Measures frozen = engine.freeze(job(0, false)).measures();
        assertThat(frozen.dump().pagesWritten()).isEqualTo(300);
        assertThat(frozen.restore()).isNull();

        Files.write(folder.resolve("stats-restore"), CriuStatsTest.RESTORE);
        Path pages = Files.createDirectory(folder.resolve("checkpoint")).resolve("pages-1.img");
        Files.writeString(pages, "memory");
        assertThat(engine.restore(job(0, false)).measures().restore().restoreUs())
                .isEqualTo(128);
        assertThat(pages.getParent()).doesNotExist();
        assertThat(checkpoints())
                .containsExactly(
                        "container checkpoint --compress none --file-locks --keep --export DIR/checkpoint.tar.part c1",
                        "container restore --file-locks --keep --import DIR/checkpoint.tar");
    }

    @Test
    void statisticsThatCannotBeReadAreLeftOut(@TempDir Path containers) throws Exception {
        Path folder = Files.createDirectories(containers.resolve("c1/userdata"));
        Files.writeString(folder.resolve("stats-dump"), "something else");
        assertThat(engine(false, Optional.of(containers))
                        .freeze(job(0, false))
                        .measures()
                        .dump())
                .isNull();
    }

    private static void write(Path file) {
        try {
            Files.writeString(file, "half");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
