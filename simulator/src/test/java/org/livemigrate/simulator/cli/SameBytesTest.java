package org.livemigrate.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.report.Reports;
import picocli.CommandLine;

/**
 * The same seed and inputs give the same data on every JDK: the builds run this on 17 and on a newer one, and both must
 * come to the digests that stand here. Change them only where the model was changed on purpose.
 */
class SameBytesTest {
    private static final List<String> DIGESTS = List.of(
            "3a4d22379a3e4d4048b3c40a98e517ab",
            "b9a5840e182c0ac845b82aa7fbcc8dc7",
            "85f79818ba48aff4af394456fbb57167",
            "73b53fe97b4bbaf9a24715f032f0c835",
            "3a4d22379a3e4d4048b3c40a98e517ab",
            "b9a5840e182c0ac845b82aa7fbcc8dc7",
            "bf63c967d69d7a57b7adff11032ec2c7",
            "628c5f3056de73c8d2843f269b8ccb0d",
            "96f83251e199ad4c");

    @TempDir
    Path dir;

    private Path sweep(String threads) {
        Path results = dir.resolve("threads-" + threads);
        StringWriter err = new StringWriter();
        CommandLine line = Simulate.commandLine();
        line.setOut(new PrintWriter(new StringWriter(), true));
        line.setErr(new PrintWriter(err, true));
        int status = Simulate.run(
                line,
                "--generate",
                "containers=60,days=0.5,mean=40,profile=mixed,memory-mib=300,seed=5",
                "--hosts",
                "8x4000m/16GiB",
                "--policy",
                "none,greedy",
                "--target",
                "70",
                "--interval",
                "60s",
                "--seeds",
                "1..2",
                "--telling",
                "direct",
                "--telling",
                "live,every=60s,threshold=100,loss=3,delay=700ms,heartbeat-loss=10",
                "--failures",
                "saturation=off,mtbf=30h,repair=20m",
                "--membership",
                "leave=h003@3h,join=h003@5h",
                "--threads",
                threads,
                "--series",
                "--out",
                results.toString());
        assertThat(status).as(err.toString()).isZero();
        return results;
    }

    private static String sha256(Path directory) throws Exception {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".csv"))
                    .filter(f -> !f.endsWith("runs.csv")) // it has the times that the runs took
                    .sorted()
                    .toList()) {
                sha.update(Files.readAllBytes(file));
            }
        }
        return HexFormat.of().formatHex(sha.digest()).substring(0, 16);
    }

    @Test
    void onEveryJdkAndWithAnyNumberOfThreads() throws Exception {
        Path one = sweep("1");
        Path many = sweep("5");
        List<RunResult> runs =
                Reports.document(Files.readString(one.resolve("runs.json"))).runs();

        assertThat(runs.stream().map(run -> run.withTimes(RunResult.Times.NONE)))
                .isEqualTo(Reports.document(Files.readString(many.resolve("runs.json"))).runs().stream()
                        .map(run -> run.withTimes(RunResult.Times.NONE))
                        .toList());
        assertThat(sha256(many)).isEqualTo(sha256(one));
        assertThat(Stream.concat(runs.stream().map(RunResult::digest), Stream.of(sha256(one))))
                .as("on Java %s", Runtime.version())
                .isEqualTo(DIGESTS);
    }
}
