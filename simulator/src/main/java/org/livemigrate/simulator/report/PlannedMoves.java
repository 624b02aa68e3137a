package org.livemigrate.simulator.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.Standing;
import org.livemigrate.simulator.sweep.RunPlan;

/** What each policy would move, for people who ask what would happen. Runs may be made by several threads. */
public final class PlannedMoves {
    private static final int MOST_SHOWN = 20;

    /**
     * One migration of one run.
     *
     * @param startedMs since the beginning
     * @param container by id
     * @param name of the container, for people
     * @param downtimeMs that the container would stand still
     */
    public record Move(
            String policy,
            double target,
            long seed,
            double startedMs,
            String container,
            String name,
            String from,
            String to,
            String reason,
            double downtimeMs) {}

    private record Run(RunPlan plan, List<Move> moves) {}

    private final Map<Integer, Run> runs = new TreeMap<>();
    private final Map<String, Standing> standing;

    /** Of containers that stand as the map from their ids says. */
    public PlannedMoves(Map<String, Standing> standing) {
        this.standing = standing;
    }

    private String name(String container) {
        return standing.containsKey(container) ? standing.get(container).name() : container;
    }

    /** The listener of a run. */
    public synchronized RunListener of(RunPlan plan) {
        Run run = new Run(plan, new ArrayList<>());
        runs.put(plan.index(), run);
        return new RunListener() {
            @Override
            public void onMigration(MigrationRecord migration) {
                run.moves.add(new Move(
                        plan.policy(),
                        plan.target().toDouble(),
                        plan.seed(),
                        migration.startedUs() / 1000.0,
                        migration.container(),
                        name(migration.container()),
                        migration.from(),
                        migration.to(),
                        migration.reason(),
                        migration.downtimeUs() / 1000.0));
            }
        };
    }

    /** All moves, run by run. */
    public synchronized List<Move> all() {
        return runs.values().stream().flatMap(run -> run.moves.stream()).toList();
    }

    /** The first moves of each run, for people. */
    public synchronized String text() {
        StringBuilder text = new StringBuilder();
        for (Run run : runs.values()) {
            text.append(run.plan.policy())
                    .append(", target ")
                    .append(run.plan.target().toPercentString());
            text.append(": ")
                    .append(run.moves.isEmpty() ? "no migrations" : run.moves.size() + " migrations")
                    .append('\n');
            for (Move move : run.moves.subList(0, Math.min(MOST_SHOWN, run.moves.size()))) {
                text.append(String.format(
                        Locale.ROOT,
                        "  after %6.1f min  %s: %s -> %s%n",
                        move.startedMs / 60_000,
                        move.name,
                        move.from,
                        move.to));
            }
            if (run.moves.size() > MOST_SHOWN) {
                text.append("  … and ").append(run.moves.size() - MOST_SHOWN).append(" more (--json has all)\n");
            }
        }
        return text.toString().stripTrailing();
    }
}
