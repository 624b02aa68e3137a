package org.livemigrate.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultComparisonTest {

    @TempDir
    Path folder;

    private Path file(String name, String... results) throws Exception {
        return Files.writeString(folder.resolve(name), "[" + String.join(",", results) + "]");
    }

    private static String result(String method, String policy, String raw) {
        return """
                {"benchmark":"org.x.PolicyBenchmark.%s","mode":"avgt","params":{"policy":"%s"},
                 "primaryMetric":{"score":1,"scoreUnit":"ms/op","rawData":%s},
                 "secondaryMetrics":{"gc.alloc.rate.norm":{"score":1048.5,"scoreUnit":"B/op"}}}
                """.formatted(method, policy, raw);
    }

    @Test
    void whatTakesLongerIsSaidWithItsInterval() throws Exception {
        Path a = file(
                "a.json",
                result("plan", "greedy", "[[1.0,1.1,0.9],[1.0,1.05,0.95]]"),
                result("plan", "none", "[[5,5,5,5]]"),
                result("gone", "greedy", "[[1]]"));
        Path b = file(
                "b.json",
                result("plan", "greedy", "[[2.0,2.1,1.9],[2.0,2.05,1.95]]"),
                result("plan", "none", "[[5,6,4,5]]"),
                result("added", "greedy", "[[1]]"));
        assertThat(ResultComparison.of(JmhResult.read(a), JmhResult.read(b)))
                .contains("PolicyBenchmark.plan (policy=greedy)")
                .contains("2.000 [1.")
                .contains("0.002")
                .contains("B takes longer")
                .contains("no difference seen")
                .contains("PolicyBenchmark.gone (policy=greedy): only in A")
                .contains("PolicyBenchmark.added (policy=greedy): only in B")
                .contains("1,04");
    }

    @Test
    void moreOperationsAreFasterAndNoOtherMode() throws Exception {
        String raw = "[[1.0,1.1,0.9,1.0,1.05]]";
        String twice = "[[2.0,2.1,1.9,2.0,2.05]]";
        Path a = file("a.json", result("plan", "greedy", raw).replace("avgt", "thrpt"), result("plan", "greedy", raw));
        Path b = file("b.json", result("plan", "greedy", twice).replace("avgt", "thrpt"), result("plan", "none", raw));
        assertThat(JmhResult.read(a)).hasSize(2);
        assertThat(ResultComparison.of(JmhResult.read(a), JmhResult.read(b)))
                .contains("PolicyBenchmark.plan [thrpt] (policy=greedy)")
                .contains("B is faster")
                .contains("PolicyBenchmark.plan (policy=greedy): only in A");
    }

    @Test
    void threeIterationsAgainstThreeTellNothing() throws Exception {
        Path a = file("a.json", result("plan", "greedy", "[[1.0,1.1,0.9]]"), result("plan", "none", "[[1,2,3,4]]"));
        Path b = file("b.json", result("plan", "greedy", "[[9.0,9.1,8.9]]"), result("plan", "none", "[[1,2,3,4]]"));
        assertThat(ResultComparison.of(JmhResult.read(a), JmhResult.read(b)))
                .contains("too few iterations to tell")
                .contains("no difference seen");
    }

    @Test
    void aHistogramCountsByItsMeans() throws Exception {
        Path a = file(
                "a.json",
                "{\"benchmark\":\"x.B.m\",\"primaryMetric\":{\"scoreUnit\":\"ms/op\",\"rawDataHistogram\":"
                        + "[[[[1.0,3],[5.0,1]],[[2.0,1]]]]}}");
        assertThat(JmhResult.read(a).get("B.m").values()).containsExactly(2.0, 2.0);
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        Path a = file("a.json", result("plan", "greedy", "[[1.0]]"));
        assertThat(ResultCheck.problems(JmhResult.read(a)))
                .contains("policy initial was not measured", "DiffCodecBenchmark.encode was not measured");
    }

    @Test
    void anotherFileIsNoResult() throws Exception {
        assertThatThrownBy(() -> JmhResult.read(Files.writeString(folder.resolve("x"), "hello")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no result of JMH");
    }
}
