package org.livemigrate.experiments.runner;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.data.TableBuilder;
import org.livemigrate.experiments.experiment.Description;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.experiment.Input;
import org.livemigrate.experiments.experiment.Run;
import org.livemigrate.experiments.experiment.Summary;
import org.livemigrate.experiments.plot.Figure;
import org.livemigrate.experiments.result.CodeDigest;
import org.livemigrate.experiments.result.Digests;
import org.livemigrate.experiments.result.Machine;
import org.livemigrate.experiments.result.Manifest;
import org.livemigrate.experiments.result.ResultFolder;
import org.livemigrate.experiments.result.Versions;
import org.livemigrate.protocol.json.Failures;

/**
 * Runs experiments: several at a time, but a measured one alone, so that nothing disturbs it. An experiment whose
 * result is up to date is not run again; that is also how an interrupted run of all goes on where it stopped.
 */
public final class Runner {
    private final Path home;
    private final Path results;
    private final Clock clock;
    private final ProgressDisplay display;

    /**
     * @param home root of the checkout
     * @param results folder of the results
     */
    public Runner(Path home, Path results, Clock clock, ProgressDisplay display) {
        this.home = home;
        this.results = results;
        this.clock = clock;
        this.display = display;
    }

    /**
     * Runs them and tells how each went, in the order given.
     *
     * @param again run also what is up to date
     * @param jobs how many at a time
     */
    public List<Outcome> run(List<Experiment> experiments, boolean again, int jobs) throws InterruptedException {
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        experiments.forEach(e -> outcomes.put(e.description().name(), null));
        ExecutorService pool = Executors.newFixedThreadPool(jobs);
        try {
            List<Future<Outcome>> futures = new ArrayList<>();
            for (Experiment experiment : experiments) {
                if (experiment.description().kind().isRepeatable()) {
                    futures.add(pool.submit(() -> runOne(experiment, again)));
                }
            }
            for (Future<Outcome> future : futures) {
                Outcome outcome = future.get();
                outcomes.put(outcome.name(), outcome);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            pool.shutdownNow();
        }
        for (Experiment experiment : experiments) {
            if (!experiment.description().kind().isRepeatable()) {
                outcomes.put(experiment.description().name(), runOne(experiment, again));
            }
        }
        return List.copyOf(outcomes.values());
    }

    private Outcome runOne(Experiment experiment, boolean again) throws InterruptedException {
        Description description = experiment.description();
        Instant started = clock.instant();
        Outcome outcome;
        try {
            outcome = attempt(experiment, again, started);
        } catch (IOException | RuntimeException e) {
            String message = Failures.why(e);
            outcome = new Outcome(
                    description.name(),
                    Outcome.Status.FAILED,
                    Duration.between(started, clock.instant()),
                    message + " (the old result, if any, was left alone)");
        }
        display.end(outcome);
        return outcome;
    }

    private Outcome attempt(Experiment experiment, boolean again, Instant started)
            throws IOException, InterruptedException {
        Description description = experiment.description();
        Optional<String> missing = missing(description, home);
        if (missing.isPresent()) {
            return new Outcome(description.name(), Outcome.Status.NEEDS, Duration.ZERO, missing.get());
        }
        Map<String, String> inputs = new TreeMap<>();
        for (Input input : description.inputs()) {
            inputs.put(input.path(), Digests.ofFile(input.locate(home)));
        }
        ResultFolder folder = new ResultFolder(results, description.name());
        String code = CodeDigest.of(experiment, home);
        if (!again && isUpToDate(folder, description, inputs, code)) {
            return new Outcome(
                    description.name(),
                    Outcome.Status.UP_TO_DATE,
                    Duration.ZERO,
                    "same code, parameters and inputs as the result that is there (--again runs it anyway)");
        }
        display.begin(description.name(), description.expected());
        Table data = experiment.run(new DisplayedRun(description.name()));
        // what is drawn and said is what a reader of the file sees, not what was in memory
        Table asWritten = Table.parse(data.toCsv());
        Figure figure = experiment.plot(asWritten);
        Summary summary = experiment.summarize(asWritten);
        Duration elapsed = Duration.between(started, clock.instant());
        Manifest manifest = new Manifest(
                description.name(),
                description.title(),
                description.question(),
                description.kind().label(),
                figure.description(),
                "experiments/bin/experiments run " + description.name(),
                description.parameters(),
                description.seed(),
                inputs,
                code,
                CodeDigest.covered(experiment, home),
                Map.of(),
                Versions.here(),
                Machine.here(),
                started,
                elapsed.toMillis());
        folder.replace(description, asWritten, figure, summary, manifest);
        return new Outcome(description.name(), Outcome.Status.DONE, elapsed, "");
    }

    private static boolean isUpToDate(
            ResultFolder folder, Description description, Map<String, String> inputs, String code) throws IOException {
        return folder.intactManifest()
                .filter(m -> m.isMadeFrom(description.parameters(), description.seed(), inputs, code))
                .isPresent();
    }

    /** What the experiment needs and this machine has not, in a sentence. */
    public static Optional<String> missing(Description description, Path home) {
        return description.inputs().stream()
                .filter(input -> input.find(home).isEmpty())
                .findFirst()
                .map(input -> "it needs " + input.what() + " " + input.where()
                        + ", which is not there; the committed result stays as it is");
    }

    private final class DisplayedRun implements Run {
        private final String name;

        private DisplayedRun(String name) {
            this.name = name;
        }

        @Override
        public Path locate(Input input) {
            return input.locate(home);
        }

        @Override
        public void progress(long done, long total) {
            display.advance(name, done, total);
        }

        @Override
        public TableBuilder table(String... columns) {
            return Table.with(columns);
        }
    }
}
