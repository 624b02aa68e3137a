package org.livemigrate.benchmarks.jmh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.livemigrate.scheduler.policy.Policies;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Whether a result has every benchmark and every policy there is, each with a time and an allocation rate. */
final class ResultCheck {

    private ResultCheck() {}

    static List<String> problems(Map<String, JmhResult> results) {
        List<String> problems = new ArrayList<>();
        Set<String> missing = new TreeSet<>();
        BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
                .forEach(entry -> missing.add(shortName(entry.getUsername())));
        Set<String> policies = new TreeSet<>(Policies.names());
        results.values().forEach(result -> {
            missing.remove(result.benchmark());
            policies.remove(result.parameters().getOrDefault("policy", ""));
            if (result.values().length == 0
                    || !Arrays.stream(result.values()).allMatch(value -> value > 0 && Double.isFinite(value))) {
                problems.add(result.key() + ": its times are " + Arrays.toString(result.values()));
            }
            if (!(result.allocatedBytes() >= 0)) {
                problems.add(result.key() + ": no allocation rate");
            }
        });
        // the report's search takes minutes, and is measured when it is asked for
        missing.removeIf(name -> name.startsWith("ReportSearch"));
        missing.forEach(name -> problems.add(name + " was not measured"));
        policies.forEach(name -> problems.add("policy " + name + " was not measured"));
        return problems;
    }

    private static String shortName(String name) {
        int method = name.lastIndexOf('.');
        return name.substring(name.lastIndexOf('.', method - 1) + 1);
    }
}
