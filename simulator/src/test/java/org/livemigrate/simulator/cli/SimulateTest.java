package org.livemigrate.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.report.Reports;
import picocli.CommandLine;

class SimulateTest {
    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int simulate(String... args) {
        CommandLine line = Simulate.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return Simulate.run(line, args);
    }

    private List<RunResult> runs(String... args) {
        out.getBuffer().setLength(0);
        String[] all = java.util.Arrays.copyOf(args, args.length + 1);
        all[args.length] = "--json";
        assertThat(simulate(all)).as(err.toString()).isZero();
        return Reports.document(out.toString()).runs();
    }

    @Test
    void printsOneJsonObjectWithARunPerPolicyAndSeed() {
        List<RunResult> runs =
                runs("--generate", "containers=30,days=0.1", "--hosts", "6", "--policy", "none", "--seeds", "1..3");

        assertThat(runs).hasSize(3).allSatisfy(run -> {
            assertThat(run.policy()).isEqualTo("none");
            assertThat(run.vmSamples()).isEqualTo(30 * 28);
            assertThat(run.energyKwh()).isPositive();
        });
        assertThat(runs).extracting(RunResult::seed).containsExactly(1L, 2L, 3L);
    }

    @Test
    void threadsAndRepeatsDoNotChangeAByteOfTheData() {
        String[] args = {
            "--generate",
            "containers=40,days=0.3,mean=30",
            "--hosts",
            "5x3000m/16GiB",
            "--policy",
            "none",
            "--seeds",
            "1..4",
            "--target",
            "60,80",
            "--interval",
            "60s,300s"
        };
        List<RunResult> one = runs(plus(args, "--threads", "1"));
        List<RunResult> many = runs(plus(args, "--threads", "7"));
        List<RunResult> again = runs(plus(args, "--repeat", "3", "--warm-up", "0s"));

        assertThat(one).hasSize(16);
        assertThat(withoutWall(many)).isEqualTo(withoutWall(one));
        assertThat(withoutWall(again)).isEqualTo(withoutWall(one));
    }

    @Test
    void theReferenceConfigurationIsTheDefault() {
        Path reference = Path.of("simulate.yaml").toAbsolutePath();
        List<RunResult> plain = runs("--generate", "containers=20,days=0.1");
        List<RunResult> configured = runs("--generate", "containers=20,days=0.1", "--config", reference.toString());

        assertThat(withoutWall(configured)).isEqualTo(withoutWall(plain));
    }

    @Test
    void theCommandLineGoesBeforeTheConfiguration() throws IOException {
        Path config = Files.writeString(dir.resolve("c.yaml"), """
                generate: containers=10,days=0.1
                policy: [none]
                target: 55
                seeds: 1..2
                """);
        List<RunResult> runs = runs("--config", config.toString(), "--seeds", "9");

        assertThat(runs).hasSize(1);
        assertThat(runs.get(0).seed()).isEqualTo(9);
        assertThat(runs.get(0).target()).isEqualTo(0.55);
    }

    @Test
    void writesDataOnlyWhenItIsWhole() throws IOException {
        Path results = dir.resolve("results");
        assertThat(simulate(
                        "--generate",
                        "containers=10,days=0.1",
                        "--policy",
                        "none",
                        "--out",
                        results.toString(),
                        "--series"))
                .isZero();
        try (var files = Files.list(results)) {
            assertThat(files.map(f -> f.getFileName().toString()).sorted())
                    .containsExactly(
                            "load-none-t800-i300-s1.csv", "migrations-none-t800-i300-s1.csv", "runs.csv", "runs.json");
        }
        assertThat(Files.readAllLines(results.resolve("runs.csv"))).hasSize(2);

        Path failing = dir.resolve("failing");
        assertThat(simulate(
                        "--generate",
                        "containers=10,days=0.1",
                        "--hosts",
                        "1x1m/1MiB",
                        "--policy",
                        "none",
                        "--out",
                        failing.toString()))
                .isEqualTo(2);
        try (var files = Files.list(failing)) {
            assertThat(files.map(f -> f.getFileName().toString())).allMatch(f -> f.endsWith(".part"));
        }
    }

    @Test
    void drawsLoadOverTime() throws IOException {
        Path results = dir.resolve("drawn");
        for (String hosts : List.of("3x4000m", "20x4000m")) {
            assertThat(simulate(
                            "--generate",
                            "containers=30,days=0.2,mean=40,profile=bursty",
                            "--hosts",
                            hosts,
                            "--policy",
                            "greedy",
                            "--memory",
                            "ignored",
                            "--out",
                            results.toString(),
                            "--plot"))
                    .as(err.toString())
                    .isZero();
            String svg = Files.readString(results.resolve("load-greedy-t800-i300-s1.svg"));
            assertThat(svg).startsWith("<?xml").contains("</svg>");
            assertThat(javax.imageio.ImageIO.read(results.resolve("load-greedy-t800-i300-s1.png")
                                    .toFile())
                            .getWidth())
                    .isEqualTo(2200);
        }
        assertThat(simulate("--generate", "containers=5", "--plot")).isEqualTo(2);
    }

    @Test
    void replaysARecordingAndSaysWhetherItAgrees() throws IOException {
        Path file = Path.of("src/test/resources/recordings/modelled-fleet.jsonl.gz");
        assertThat(simulate("replay", file.toString())).as(err.toString()).isZero();
        assertThat(out.toString()).contains("43 decided alike").contains("v1 -> v2");
        assertThat(simulate("replay", file.toString(), "--policy", "none", "--json"))
                .isZero();
        assertThat(simulate("replay", "/no/such/file")).isEqualTo(2);
        assertThat(simulate("replay", file.toString(), "--policy", "nosuchpolicy"))
                .isEqualTo(2);
        assertThat(runs("--trace", "recording:" + file, "--policy", "none,greedy", "--interval", "1s"))
                .extracting(RunResult::hosts)
                .containsOnly("recording");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--trace recording:/no/such/file",
                "--snapshot /no/such/file",
                "--generate containers=5 --telling maybe",
                "--generate containers=5 --telling loss=100",
                "--generate containers=5 --membership leave=h999@1h",
                "--generate containers=5 --membership maybe",
                "--generate containers=5 --contention fair",
                "--trace planetlab:/no/such/directory",
                "--trace nosuchformat:/tmp",
                "--trace planetlab",
                "--generate containers=-1",
                "--generate containers=5 --policy nosuchpolicy",
                "--generate containers=5 --hosts many",
                "--generate containers=5 --hosts 0",
                "--generate containers=5 --target 120",
                "--generate containers=5 --target x",
                "--generate containers=5 --interval soon",
                "--generate containers=5 --seeds x",
                "--generate containers=5 --shard 4/4",
                "--generate containers=5 --memory maybe",
                "--generate containers=5 --calibration /no/such/file",
                "--generate containers=5 --config /no/such/file",
                "--generate containers=5 --repeat 0",
                "--generate containers=5 --guards maybe",
                "--generate containers=5 --guards breach=3",
                "--generate containers=5 --guards cool-down=2h",
                "--generate containers=5 --failures maybe",
                "--generate containers=5 --switches warp",
                "--generate containers=5 --nosuchoption",
                "--generate containers=5 --step 60s",
                "--generate containers=5 --seeds 1,1",
                "--generate containers=5 --target 80,80.0",
                "--generate containers=5 --guards in-flight-load=yes",
                "--generate containers=5 --membership leave=h003@-6h",
                "--generate containers=5 --membership leave=h003@99999999999h",
                "--generate containers=5 --hosts 1x1000m/99999999999GiB",
                "--generate containers=5 --hosts 1x99999999999999999999m",
                "--generate containers=5 --hosts planetlab --max-rounds 3",
                "--generate containers=5 --migrations literature --downtime-budget 100ms",
                "--generate containers=5 --migrations literature --calibration calibration.json",
                "--trace planetlab:x --step 60s",
                "--trace nab:x --step 0s",
                "--trace recording:x --step 60s",
                "--trace recording:x --switches zero-exits",
                "--snapshot x --step 60s",
                "--generate containers=5 --trace planetlab:x",
                ""
            })
    void badInputIsOneMessageAndStatusTwo(String args) {
        assertThat(simulate(args.isEmpty() ? new String[0] : args.split(" "))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).startsWith("simulate: ").doesNotContain("\tat ");
    }

    @Test
    void targetsAndIntervalsThatAreNearlyAlikeHaveFilesOfTheirOwn() throws IOException {
        Path results = dir.resolve("near");
        assertThat(simulate(
                        "--generate",
                        "containers=10,days=0.02",
                        "--policy",
                        "none",
                        "--target",
                        "80,80.04",
                        "--interval",
                        "60s,60500ms",
                        "--out",
                        results.toString()))
                .as(err.toString())
                .isZero();
        try (var files = Files.list(results)) {
            assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.startsWith("migrations")))
                    .containsExactlyInAnyOrder(
                            "migrations-none-t800-i60-s1.csv",
                            "migrations-none-t800.4-i60-s1.csv",
                            "migrations-none-t800-i60500ms-s1.csv",
                            "migrations-none-t800.4-i60500ms-s1.csv");
        }
    }

    @Test
    void aDefaultThatIsWrittenOutIsNotInVain() {
        assertThat(runs("--generate", "containers=5,days=0.02", "--hosts", "planetlab:5", "--config", "simulate.yaml"))
                .isNotEmpty();
    }

    @Test
    void shardsOfDifferentSweepsDoNotMix() {
        String[] sweep = {"--generate", "containers=10,days=0.02", "--policy", "none,greedy"};
        String one = dir.resolve("one").toString();
        String other = dir.resolve("other").toString();
        assertThat(simulate(plus(sweep, "--shard", "0/2", "--out", one))).isZero();
        assertThat(simulate(plus(sweep, "--shard", "1/2", "--target", "60", "--out", other)))
                .isZero();
        assertThat(simulate("merge", one, other)).isEqualTo(2);
        assertThat(err.toString()).contains("shard 1/2 was made with other options than shard 0/2");

        assertThat(simulate(plus(sweep, "--shard", "1/2", "--threads", "1", "--series", "--out", other)))
                .isZero();
        assertThat(simulate("merge", one, other)).as(err.toString()).isZero();
    }

    @Test
    void guardsHoldAPolicyBack() {
        String[] hot = {
            "--generate",
            "containers=60,days=0.5,mean=40,profile=bursty",
            "--hosts",
            "10x4000m/32GiB",
            "--policy",
            "greedy",
            "--target",
            "70",
            "--interval",
            "60s"
        };
        long free = runs(hot).get(0).migrations();
        long guarded = runs(plus(hot, "--guards", "live")).get(0).migrations();
        long rested = runs(plus(hot, "--guards", "off,cool-down=1h")).get(0).migrations();

        assertThat(guarded).isPositive().isLessThan(free);
        // twelve hours, sixty containers, at most one migration each in an hour
        assertThat(rested).isPositive().isLessThanOrEqualTo(12 * 60);
    }

    @Test
    void shardedAndMergedEqualsWhole() {
        String[] sweep = {
            "--generate",
            "containers=30,days=0.2,mean=40",
            "--hosts",
            "6x2000m/16GiB",
            "--policy",
            "none,greedy,thr-rs",
            "--target",
            "60,80",
            "--seeds",
            "1..3"
        };
        List<RunResult> whole = runs(sweep);
        String[] merge = new String[6];
        merge[0] = "merge";
        merge[5] = "--json";
        for (int k = 0; k < 4; k++) {
            String part = dir.resolve("shard" + k).toString();
            merge[1 + k] = part;
            assertThat(simulate(plus(sweep, "--shard", k + "/4", "--out", part)))
                    .isZero();
        }
        out.getBuffer().setLength(0);

        assertThat(simulate(merge)).as(err.toString()).isZero();
        assertThat(withoutWall(Reports.document(out.toString()).runs())).isEqualTo(withoutWall(whole));
        assertThat(whole).hasSize(18);

        merge[4] = merge[3];
        assertThat(simulate(merge)).isEqualTo(2);
        assertThat(err.toString()).contains("is there twice");
        assertThat(simulate("merge", merge[1])).isEqualTo(2);
        assertThat(err.toString()).contains("shard 1/4 is missing");
        assertThat(simulate("merge", "/no/such/directory")).isEqualTo(2);
    }

    /** The Kubernetes example: an Indexed Job whose shards are as many as its completions, with a command that parses. */
    @Test
    void theIndexedJobRunsEveryShardOnce() throws IOException {
        var job = tools.jackson.dataformat.yaml.YAMLMapper.builder()
                .build()
                .readTree(Files.readString(Path.of("k8s-indexed-job.yaml")));
        assertThat(job.get("apiVersion").stringValue()).isEqualTo("batch/v1");
        assertThat(job.get("kind").stringValue()).isEqualTo("Job");
        var spec = job.get("spec");
        assertThat(spec.get("completionMode").stringValue()).isEqualTo("Indexed");
        var pod = spec.get("template").get("spec");
        assertThat(pod.get("restartPolicy").stringValue()).isIn("Never", "OnFailure");
        String command = pod.get("containers").get(0).get("args").get(0).stringValue();
        int shards = spec.get("completions").asInt();
        assertThat(command).contains("--shard ${JOB_COMPLETION_INDEX}/" + shards);
        String options = command.substring(command.indexOf("--trace")).replace("${JOB_COMPLETION_INDEX}", "3");
        assertThat(Simulate.commandLine()
                        .parseArgs(options.strip().split("\\s+"))
                        .errors())
                .isEmpty();
    }

    private static String[] plus(String[] args, String... more) {
        String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return all;
    }

    private static List<RunResult> withoutWall(List<RunResult> runs) {
        return runs.stream().map(run -> run.withTimes(RunResult.Times.NONE)).toList();
    }
}
