package org.livemigrate.benchmarks.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.livemigrate.protocol.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * One benchmark with its parameters, from a file that JMH wrote as JSON.
 *
 * @param benchmark class and method, without their package
 * @param mode as JMH names it: {@code thrpt} counts operations, of which more is better; all others take time
 * @param parameters by name
 * @param unit of the score
 * @param values one an iteration, all forks together
 * @param allocatedBytes for each operation; NaN when it was not measured
 */
record JmhResult(
        String benchmark,
        String mode,
        Map<String, String> parameters,
        String unit,
        double[] values,
        double allocatedBytes) {

    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final String AVERAGE_TIME = "avgt";
    private static final String THROUGHPUT = "thrpt";

    /** One file may hold the same benchmark in several modes. */
    String key() {
        return benchmark
                + (mode.equals(AVERAGE_TIME) ? "" : " [" + mode + "]")
                + parameters.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(
                                ", ", parameters.isEmpty() ? "" : " (", parameters.isEmpty() ? "" : ")"));
    }

    boolean moreIsBetter() {
        return mode.equals(THROUGHPUT);
    }

    /** By key, in the file's order. */
    static Map<String, JmhResult> read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(file + ": no such file.");
        }
        Map<String, JmhResult> results = new LinkedHashMap<>();
        try {
            for (JsonNode node : Json.mapper().readTree(Files.readString(file))) {
                JmhResult result = of(node);
                results.put(result.key(), result);
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is no result of JMH (-rf json): " + e.getOriginalMessage(), e);
        }
        if (results.isEmpty()) {
            throw new IllegalArgumentException(file + " has no results of JMH (-rf json).");
        }
        return results;
    }

    private static JmhResult of(JsonNode node) {
        String name = node.path("benchmark").asString("");
        int method = name.lastIndexOf('.');
        String benchmark = name.substring(name.lastIndexOf('.', Math.max(0, method - 1)) + 1);
        Map<String, String> parameters = new TreeMap<>();
        node.path("params")
                .propertyStream()
                .forEach(p -> parameters.put(p.getKey(), p.getValue().asString("")));
        JsonNode metric = node.path("primaryMetric");
        List<Double> values = new ArrayList<>();
        numbers(metric.path("rawData"), values);
        if (values.isEmpty()) {
            // sample time keeps a histogram instead: value and count
            for (JsonNode fork : metric.path("rawDataHistogram")) {
                for (JsonNode iteration : fork) {
                    values.add(meanOf(iteration));
                }
            }
        }
        return new JmhResult(
                benchmark,
                node.path("mode").asString(AVERAGE_TIME),
                parameters,
                metric.path("scoreUnit").asString("?"),
                values.stream().mapToDouble(Double::doubleValue).toArray(),
                node.path("secondaryMetrics").path(ALLOCATED).path("score").asDouble(Double.NaN));
    }

    private static void numbers(JsonNode node, List<Double> into) {
        if (node.isNumber()) {
            into.add(node.asDouble());
        } else {
            node.forEach(inner -> numbers(inner, into));
        }
    }

    private static double meanOf(JsonNode histogram) {
        double sum = 0;
        double count = 0;
        for (JsonNode bin : histogram) {
            sum += bin.path(0).asDouble() * bin.path(1).asDouble();
            count += bin.path(1).asDouble();
        }
        return sum / count;
    }
}
