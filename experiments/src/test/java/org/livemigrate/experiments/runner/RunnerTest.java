package org.livemigrate.experiments.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.experiments.Sample;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.experiment.Input;
import org.livemigrate.experiments.experiment.Kind;
import org.livemigrate.experiments.experiment.Run;
import org.livemigrate.experiments.experiment.Summary;
import org.livemigrate.experiments.plot.Figure;
import org.livemigrate.experiments.result.Digests;
import org.livemigrate.experiments.result.Manifest;
import org.livemigrate.experiments.result.ResultFolder;
import org.livemigrate.experiments.runner.Outcome.Status;

class RunnerTest {
    @TempDir
    private Path temp;

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    private Path home() throws IOException {
        Path home = temp.resolve("home");
        Path source = home.resolve("experiments/src/main/java/org/livemigrate/experiments/data/Table.java");
        if (!Files.exists(source)) {
            Files.createDirectories(source.getParent());
            Files.writeString(source, "one");
        }
        return home;
    }

    private Path results() {
        return temp.resolve("results");
    }

    private List<Outcome> run(boolean again, Experiment... experiments) throws IOException, InterruptedException {
        Clock clock = Clock.systemUTC();
        PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
        return new Runner(home(), results(), clock, new ProgressDisplay(out, false, clock))
                .run(List.of(experiments), again, 2);
    }

    private Manifest manifest() throws IOException {
        return new ResultFolder(results(), "sample").intactManifest().orElseThrow();
    }

    @Test
    void writes_all_files_and_a_manifest_with_their_digests() throws Exception {
        assertThat(run(false, Sample.of("a")))
                .singleElement()
                .extracting(Outcome::status)
                .isEqualTo(Status.DONE);

        Path folder = results().resolve("sample");
        assertThat(Files.readString(folder.resolve("data.csv"))).isEqualTo("x,y\n1,2\n2,4\n");
        assertThat(Files.readString(folder.resolve("summary.md")))
                .contains("**Question.** Does <it> work?")
                .contains("**Answer.** The sum is 6.0.");
        assertThat(manifest().parameters()).containsEntry("p", "a");
        assertThat(manifest().seed()).isEqualTo(7);
        assertThat(manifest().kind()).isEqualTo("modelled");
        assertThat(manifest().outputs())
                .containsOnlyKeys("data.csv", "summary.md", "plot.png", "plot.svg")
                .containsEntry("data.csv", Digests.ofFile(folder.resolve("data.csv")));
        assertThat(manifest().codeParts()).contains("experiments/src/main/java/org/livemigrate/experiments/data");
        assertThat(manifest().versions())
                .containsKeys("choco-solver", "commons-math", "jackson", "xchart")
                .allSatisfy((library, version) -> assertThat(version).isNotBlank());
        assertThat(manifest().versions().get("choco-solver")).matches("choco-solver-\\d+\\..*\\.jar");
        assertThat(Manifest.parse(manifest().toJson())).isEqualTo(manifest());
        try (var files = Files.list(results())) {
            assertThat(files).as("nothing is left lying about").containsExactly(folder);
        }
    }

    @Test
    void goes_on_where_it_stopped() throws Exception {
        run(false, Sample.of("a"));

        assertThat(run(false, Sample.of("a"))).extracting(Outcome::status).containsExactly(Status.UP_TO_DATE);
        assertThat(run(true, Sample.of("a"))).extracting(Outcome::status).containsExactly(Status.DONE);
        assertThat(run(false, Sample.of("b"))).extracting(Outcome::status).containsExactly(Status.DONE);
    }

    @Test
    void runs_again_when_the_code_changed() throws Exception {
        run(false, Sample.of("a"));
        String before = manifest().code();
        Files.writeString(
                home().resolve("experiments/src/main/java/org/livemigrate/experiments/data/Table.java"), "two");

        assertThat(run(false, Sample.of("a"))).extracting(Outcome::status).containsExactly(Status.DONE);
        assertThat(manifest().code()).isNotEqualTo(before);
    }

    @Test
    void runs_again_when_a_file_of_the_result_is_not_the_one_that_was_written() throws Exception {
        run(false, Sample.of("a"));
        Files.writeString(results().resolve("sample/data.csv"), "x,y\n1,3\n");
        assertThat(new ResultFolder(results(), "sample").intactManifest()).isEmpty();

        assertThat(run(false, Sample.of("a"))).extracting(Outcome::status).containsExactly(Status.DONE);
        assertThat(manifest()).isNotNull();
    }

    @Test
    void a_run_that_fails_leaves_the_old_result_alone() throws Exception {
        run(false, Sample.of("a"));
        Manifest old = manifest();
        Experiment broken = new Sample("sample", Kind.MODELLED, "b", List.of()) {
            @Override
            public Summary summarize(Table data) {
                throw new IllegalStateException("no answer");
            }
        };

        assertThat(run(false, broken)).singleElement().satisfies(o -> {
            assertThat(o.status()).isEqualTo(Status.FAILED);
            assertThat(o.message()).contains("no answer");
        });
        assertThat(manifest()).isEqualTo(old);
        try (var files = Files.list(results())) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void without_its_input_it_says_what_it_needs_and_leaves_the_old_result_alone() throws Exception {
        run(false, Sample.of("a"));
        Manifest old = manifest();

        assertThat(run(true, new Sample("sample", Kind.SIMULATED, "a", List.of(new Input("no/such", "a trace")))))
                .singleElement()
                .satisfies(o -> {
                    assertThat(o.status()).isEqualTo(Status.NEEDS);
                    assertThat(o.message()).contains("a trace").contains("../no/such");
                });
        assertThat(manifest()).isEqualTo(old);
    }

    @Test
    void an_input_that_changed_changes_the_manifest() throws Exception {
        Path input = home().resolveSibling("input");
        Files.writeString(input, "one");
        Experiment experiment = new Sample("sample", Kind.SIMULATED, "a", List.of(new Input("input", "a trace")));
        run(false, experiment);
        assertThat(manifest().inputs()).containsEntry("input", Digests.ofFile(input));

        Files.writeString(input, "two");
        assertThat(run(false, experiment)).extracting(Outcome::status).containsExactly(Status.DONE);
        assertThat(manifest().inputs()).containsEntry("input", Digests.ofFile(input));
    }

    /** Tells how many run at the same time, and waits for company where there may be some. */
    private static final class Counting extends Sample {
        private static final AtomicInteger RUNNING = new AtomicInteger();
        private static final CountDownLatch BOTH = new CountDownLatch(2);
        private final AtomicInteger most;
        private final boolean meets;

        private Counting(String name, Kind kind, AtomicInteger most, boolean meets) {
            super(name, kind, "a", List.of());
            this.most = most;
            this.meets = meets;
        }

        @Override
        public Table run(Run run) {
            most.accumulateAndGet(RUNNING.incrementAndGet(), Math::max);
            try {
                if (meets) {
                    BOTH.countDown();
                    assertThat(BOTH.await(30, TimeUnit.SECONDS)).isTrue();
                }
                return super.run(run);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                RUNNING.decrementAndGet();
            }
        }

        @Override
        public Figure plot(Table data) {
            return super.plot(data);
        }
    }

    @Test
    void simulated_ones_run_together_and_measured_ones_alone() throws Exception {
        AtomicInteger together = new AtomicInteger();
        AtomicInteger alone = new AtomicInteger();

        List<Outcome> outcomes = run(
                false,
                new Counting("measured-one", Kind.MEASURED, alone, false),
                new Counting("simulated-one", Kind.SIMULATED, together, true),
                new Counting("measured-two", Kind.MEASURED, alone, false),
                new Counting("simulated-two", Kind.SIMULATED, together, true));

        assertThat(outcomes)
                .extracting(Outcome::name)
                .containsExactly("measured-one", "simulated-one", "measured-two", "simulated-two");
        assertThat(outcomes).extracting(Outcome::status).containsOnly(Status.DONE);
        assertThat(together.get()).isEqualTo(2);
        assertThat(alone.get()).isEqualTo(1);
    }
}
