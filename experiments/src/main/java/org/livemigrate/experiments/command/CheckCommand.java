package org.livemigrate.experiments.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.result.ResultFolder;
import org.livemigrate.experiments.runner.Outcome;
import org.livemigrate.experiments.runner.Outcome.Status;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code experiments check}. */
@Command(
        name = "check",
        description = {
            "Runs simulated and modelled experiments into a folder of their own and compares data.csv and summary.md with"
                    + " the results that are there, byte for byte. Changes nothing. Measured ones are named and left out.",
            "Exit status 1 when something differs; 3 when all that could be checked is the same, but not all could."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  experiments check placement-example", "  experiments check --all"})
public final class CheckCommand implements Callable<Integer> {
    private static final List<String> COMPARED = List.of(ResultFolder.DATA, ResultFolder.SUMMARY);

    @Mixin
    private Places places;

    @Mixin
    private Selection selection;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Experiment> experiments = selection.experiments().stream()
                .filter(e -> e.description().kind().isRepeatable())
                .toList();
        PrintWriter out = spec.commandLine().getOut();
        selection.experiments().stream()
                .map(Experiment::description)
                .filter(description -> !description.kind().isRepeatable())
                .forEach(description -> out.println(description.name() + ": measured, not checked"));
        out.flush();
        Path fresh = Files.createTempDirectory("experiments-check-");
        try {
            List<Outcome> outcomes = RunCommand.runner(places.home(), fresh, System.err)
                    .run(experiments, true, Runtime.getRuntime().availableProcessors());
            return compare(outcomes, fresh);
        } finally {
            deleteTree(fresh);
        }
    }

    private int compare(List<Outcome> outcomes, Path fresh) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        boolean needs = false;
        boolean differs = false;
        for (Outcome outcome : outcomes) {
            List<String> different = new ArrayList<>();
            if (outcome.status() == Status.DONE) {
                for (String file : COMPARED) {
                    Path committed = new ResultFolder(places.results(), outcome.name())
                            .path()
                            .resolve(file);
                    Path made = new ResultFolder(fresh, outcome.name()).path().resolve(file);
                    if (!Files.isRegularFile(committed) || Files.mismatch(committed, made) >= 0) {
                        different.add(file);
                    }
                }
                out.println(outcome.name() + ": "
                        + (different.isEmpty() ? "the same, byte for byte" : "DIFFERENT: " + different));
            }
            if (outcome.status() == Status.NEEDS) {
                needs = true;
                out.println(outcome.name() + ": not checked; " + outcome.message());
            }
            differs |= outcome.status() == Status.FAILED || !different.isEmpty();
        }
        out.flush();
        if (differs) {
            return ExitStatus.GOAL_NOT_MET;
        }
        return needs ? ExitStatus.PREREQUISITE_MISSING : ExitStatus.DONE;
    }

    private static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
