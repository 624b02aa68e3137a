package org.livemigrate.benchmarks.migration.run;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.livemigrate.benchmarks.migration.fleet.FleetClient;
import org.livemigrate.benchmarks.migration.inventory.Inventory;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.row.RowFile;
import org.livemigrate.benchmarks.migration.sweep.Run;
import org.livemigrate.benchmarks.migration.sweep.Sweep;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.rest.UnreachableException;

/** Carries out a sweep: every run that has no row yet, one after the other, each row kept before the next begins. */
public final class Harness {

    private static final Duration READY_WITHIN = Duration.ofMinutes(4);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    /** At least so many runs in vain, and as many as there are settings, since one may be at fault in each. */
    private static final int GIVES_UP_AFTER = 3;

    private final Inventory inventory;
    private final FleetClient fleet;
    private final Duration timeout;
    private final String commit;

    /**
     * @param timeout of one migration
     * @param commit of this repository; null when it is not known
     */
    public Harness(Inventory inventory, FleetClient fleet, Duration timeout, String commit) {
        this.inventory = inventory;
        this.fleet = fleet;
        this.timeout = timeout;
        this.commit = commit;
    }

    /** Is told how far the sweep is. */
    public interface Progress {
        /** @param left an estimate; empty before the first row */
        void begins(int number, int of, Run run, Optional<Duration> left);

        void ended(Row row);
    }

    /** Waits for the fleet to be as a sweep needs it. */
    interface Readiness {
        /** @throws RuntimeException for people, when it does not become so */
        void await() throws InterruptedException;
    }

    /** Makes a row of a run. */
    interface Measuring {
        Row measure(Run run) throws InterruptedException;

        /** The row of a run that was not begun. */
        Row notMeasured(Run run, String why);
    }

    /**
     * @param kept rows of an earlier part of the same sweep
     * @return all rows, with those
     * @throws UnreachableException when the controller does not answer
     * @throws NotReadyException when hosts are missing, or when nothing can be measured any more; the rows so far are in
     *     the file
     */
    public List<Row> carryOut(Sweep sweep, List<Row> kept, RowFile file, Progress progress)
            throws IOException, InterruptedException {
        StoreDelay store = new StoreDelay(inventory.store());
        store.requireSettable(sweep.storeDelaysMs());
        List<NodeView> ready = awaitReady();
        Row.Environment environment =
                Machine.environment(inventory.nodes().get(0), ready.get(0).facts(), commit, sweep.seed());
        Measurement measurement = new Measurement(inventory, fleet, environment, timeout);
        try (store) {
            return carryOut(sweep, kept, measurement, this::awaitReady, store, file, progress);
        }
    }

    /** As above, with the means in hand. */
    static List<Row> carryOut(
            Sweep sweep,
            List<Row> kept,
            Measuring measurement,
            Readiness fleet,
            StoreDelay store,
            RowFile file,
            Progress progress)
            throws IOException, InterruptedException {
        List<Run> runs = left(sweep, kept);
        List<Row> rows = new ArrayList<>(kept);
        int mostInVain = Math.max(GIVES_UP_AFTER, sweep.settings().size());
        int inVain = 0;
        long begun = System.nanoTime();
        for (int i = 0; i < runs.size(); i++) {
            Duration soFar = Duration.ofNanos(System.nanoTime() - begun);
            progress.begins(
                    i + 1,
                    runs.size(),
                    runs.get(i),
                    i == 0 ? Optional.empty() : Optional.of(soFar.dividedBy(i).multipliedBy(runs.size() - i)));
            Row row = measure(runs.get(i), measurement, store);
            file.append(row);
            rows.add(row);
            progress.ended(row);
            inVain = row.outcome().equals(Row.NOT_MEASURED) ? inVain + 1 : 0;
            if (inVain == mostInVain) {
                throw new NotReadyException(mostInVain + " runs one after the other could not be measured, the last"
                        + " one because: " + row.reason() + " Mend that and go on with --resume.");
            }
            if (inVain > 0 && i + 1 < runs.size()) {
                awaitReadyAgain(fleet, row);
            }
        }
        return rows;
    }

    /** The runs without a row. What could not be measured is tried again, last: it may be at fault itself. */
    private static List<Run> left(Sweep sweep, List<Row> kept) {
        Set<String> done = new HashSet<>();
        Set<String> tried = new HashSet<>();
        kept.forEach(row -> (row.outcome().equals(Row.NOT_MEASURED) ? tried : done).add(row.key()));
        return sweep.order().stream()
                .filter(run -> !done.contains(run.key()))
                .sorted(Comparator.comparing(run -> tried.contains(run.key())))
                .toList();
    }

    /** A fleet that is gone would only fill the file. */
    private static void awaitReadyAgain(Readiness fleet, Row inVain) throws InterruptedException {
        try {
            fleet.await();
        } catch (NotReadyException | UnreachableException e) {
            throw new NotReadyException("A run could not be measured because: " + inVain.reason() + " Since then: "
                    + e.getMessage() + " Mend that and go on with --resume.");
        }
    }

    private static Row measure(Run run, Measuring measurement, StoreDelay store) throws InterruptedException {
        try {
            store.set(run.setting().storeDelayMs());
        } catch (IOException e) {
            return measurement.notMeasured(run, e.getMessage());
        }
        return measurement.measure(run);
    }

    /** Every host of the inventory in the fleet, ready, in the inventory's order. */
    private List<NodeView> awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        Set<String> missing = Set.of();
        UnreachableException silent = null;
        while (System.nanoTime() < deadline) {
            try {
                List<NodeView> all = fleet.nodes();
                List<NodeView> ready = inventory.nodes().stream()
                        .flatMap(node -> all.stream()
                                .filter(view -> view.facts().id().equals(node.id())
                                        && view.state().equals("ready")))
                        .toList();
                if (ready.size() == inventory.nodes().size()) {
                    return ready;
                }
                silent = null;
                missing = inventory.nodes().stream()
                        .map(Inventory.Node::id)
                        .filter(id -> ready.stream()
                                .noneMatch(view -> view.facts().id().equals(id)))
                        .collect(Collectors.toSet());
            } catch (UnreachableException e) {
                silent = e;
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
        if (silent != null) {
            throw silent;
        }
        throw new NotReadyException("After " + READY_WITHIN.toSeconds() + " s the controller at "
                + inventory.controller() + " does not have " + missing + " ready: do their agents run, and do the"
                + " inventory's ids agree with 'live-migrate nodes'?");
    }
}
