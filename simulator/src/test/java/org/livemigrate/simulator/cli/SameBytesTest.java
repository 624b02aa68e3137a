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
            "85fb52e47017cbede5abf7d644395409",
            "c0e332eb2a38467581b179ec70657d48",
            "ee4c23d1ab4ef6c633a4987940f61286",
            "6bf672926eaf9709b7edd18e4fb2c226",
            "8cc59b2ef381c55dedac6af18586f33d",
            "320d8fa7132d2d5137635203af195c90",
            "048b01ccdc938cd8184bc34d2bce14b4",
            "cfadbd7dfbb6e933fcd54a47ef34835a",
            "7a32c45b273712d0");

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
