package org.livemigrate.benchmarks.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.livemigrate.scheduler.policy.Policies;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * JMH's own command line, with what is wanted here unless told otherwise: every policy there is, allocation rates, JSON.
 * {@code --compare A B} and {@code --check FILE} read results.
 */
public final class Jmh {

    private static final int DONE = 0;
    private static final int GOAL_NOT_MET = 1;
    private static final int BAD_INPUT = 2;

    private Jmh() {}

    public static void main(String[] arguments) throws IOException {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) throws IOException {
        try {
            if (arguments.contains("--compare")) {
                require(arguments.size() == 3 && arguments.get(0).equals("--compare"), "--compare A B");
                System.out.print(ResultComparison.of(
                        JmhResult.read(Path.of(arguments.get(1))), JmhResult.read(Path.of(arguments.get(2)))));
                return DONE;
            }
            if (arguments.contains("--check")) {
                require(arguments.size() == 2 && arguments.get(0).equals("--check"), "--check FILE");
                List<String> problems = ResultCheck.problems(JmhResult.read(Path.of(arguments.get(1))));
                problems.forEach(System.out::println);
                System.out.println(problems.isEmpty() ? "complete and plausible" : "NOT as it should be");
                return problems.isEmpty() ? DONE : GOAL_NOT_MET;
            }
            return measure(arguments);
        } catch (IllegalArgumentException | CommandLineOptionException e) {
            System.err.println("jmh: " + e.getMessage());
            return BAD_INPUT;
        } catch (RunnerException e) {
            System.err.println("jmh: " + e.getMessage());
            return GOAL_NOT_MET;
        }
    }

    private static void require(boolean holds, String form) {
        if (!holds) {
            throw new IllegalArgumentException("write: jmh " + form);
        }
    }

    private static int measure(List<String> arguments) throws IOException, CommandLineOptionException, RunnerException {
        List<String> all = new ArrayList<>(arguments);
        CommandLineOptions asked = new CommandLineOptions(all.toArray(String[]::new));
        if (Arrays.stream(new String[] {"-h", "-l", "-lp", "-lprof", "-lrf"}).anyMatch(all::contains)) {
            org.openjdk.jmh.Main.main(all.toArray(String[]::new));
            return DONE;
        }
        ChainedOptionsBuilder options = new OptionsBuilder().parent(asked);
        if (!asked.getParameter("policy").hasValue()) {
            options.param("policy", Policies.names().toArray(String[]::new));
        }
        if (asked.getProfilers().isEmpty()) {
            options.addProfiler(GCProfiler.class);
        }
        if (!asked.getResultFormat().hasValue()) {
            options.resultFormat(ResultFormatType.JSON);
        }
        if (!asked.getResult().hasValue()) {
            options.result("jmh.json");
        }
        new Runner(options.build()).run();
        return DONE;
    }
}
