package org.livemigrate.controller.schedule;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.livemigrate.controller.fleet.Fleet;
import org.livemigrate.controller.fleet.HeartbeatRegistry;
import org.livemigrate.controller.migration.MigrationExecutor;
import org.livemigrate.controller.migration.MoveOrder;
import org.livemigrate.controller.time.Timeline;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.host.HostMatch;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.plan.DecisionView;
import org.livemigrate.protocol.plan.PlanDocument;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.policy.Policy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a round at each interval (the report: one minute): takes the fleet's picture, asks the policy, keeps the
 * decision with its reasons, and orders the moves in the plan's order. A round waits while moves of an earlier plan
 * have yet to begin; those under way do not hold it up, their load counts at both ends and the guards' budgets count
 * them.
 */
public final class SchedulingLoop {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulingLoop.class);
    private static final int MOST_DECISIONS = 200;

    /**
     * @param interval between two rounds
     * @param sampleInterval between two samples of the history that detectors and guards look back on
     * @param policy decides, guards included
     * @param options how the moves are carried out
     */
    public record Settings(Duration interval, Duration sampleInterval, Policy policy, MigrationOptions options) {
        public Settings {
            if (interval.isNegative() || interval.isZero() || sampleInterval.isNegative() || sampleInterval.isZero()) {
                throw new IllegalArgumentException("the scheduling interval is " + interval + " and the sampling"
                        + " interval " + sampleInterval + ": both must be above 0");
            }
        }
    }

    private final Fleet fleet;
    private final HeartbeatRegistry registry;
    private final MigrationExecutor executor;
    private final Timeline timeline;
    private final Settings settings;
    private final Deque<DecisionView> decisions = new ArrayDeque<>();
    private final Object round = new Object();
    private long rounds;
    private volatile boolean stopped;
    private volatile boolean paused;
    private volatile RoundListener listener = (decision, planning) -> {};
    private long planningNanos;

    public SchedulingLoop(
            Fleet fleet, HeartbeatRegistry registry, MigrationExecutor executor, Timeline timeline, Settings settings) {
        this.fleet = fleet;
        this.registry = registry;
        this.executor = executor;
        this.timeline = timeline;
        this.settings = settings;
    }

    /** Tells this one of every round from now on. */
    public void tell(RoundListener told) {
        listener = told;
    }

    /** The first round comes after one interval, when there are statistics. */
    public void start() {
        repeat(settings.interval(), () -> {
            if (!paused) {
                runRound("interval");
            }
        });
        repeat(settings.sampleInterval(), fleet::sample);
    }

    /**
     * Makes no rounds of its own, or makes them again. Statistics are followed all the same, moves ordered by hand are
     * carried out, and a round that is asked for is made.
     */
    public void pause(boolean value) {
        paused = value;
        LOG.info(value ? "scheduling is paused" : "scheduling goes on");
    }

    /** No further rounds. */
    public void stop() {
        stopped = true;
    }

    private void repeat(Duration pause, Runnable task) {
        timeline.after(pause, () -> {
            if (stopped) {
                return;
            }
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("a round failed; the next one comes in {}", pause, e);
            } finally {
                repeat(pause, task);
            }
        });
    }

    /**
     * A round now.
     *
     * @param trigger for the record
     */
    public DecisionView runRound(String trigger) {
        synchronized (round) {
            planningNanos = 0;
            DecisionView decision = decide(++rounds, trigger);
            synchronized (decisions) {
                decisions.addLast(decision);
                while (decisions.size() > MOST_DECISIONS) {
                    decisions.removeFirst();
                }
            }
            listener.decided(decision, Duration.ofNanos(planningNanos));
            return decision;
        }
    }

    private DecisionView decide(long number, String trigger) {
        long waiting = executor.queued();
        if (waiting > 0) {
            return new DecisionView(
                    number,
                    timeline.now(),
                    trigger,
                    null,
                    List.of(),
                    waiting + " moves of an earlier plan have yet to begin.");
        }
        ClusterSnapshot snapshot = fleet.snapshotForRound(number);
        long begunNanos = timeline.nanos();
        MigrationPlan plan = settings.policy().plan(snapshot);
        planningNanos = timeline.nanos() - begunNanos;
        String id = "p-" + number + "-" + Long.toString(timeline.now().toEpochMilli(), Character.MAX_RADIX);
        List<MoveOrder> orders = new ArrayList<>();
        String note = null;
        for (Migration move : plan.migrations()) {
            Optional<MigrationOptions> options = options(move);
            if (options.isEmpty()) {
                // what comes later may rely on it
                note = move
                        + ": the hosts have no checkpoint engine in common; this move and those after it are not made.";
                break;
            }
            int container = snapshot.containerIndex(move.container());
            orders.add(new MoveOrder(
                    move.container(),
                    snapshot.containerName(container),
                    move.from(),
                    move.to(),
                    options.get(),
                    move.reason().sentence(),
                    id));
        }
        List<String> ids = List.of();
        if (!orders.isEmpty()) {
            try {
                ids = executor.submit(orders);
            } catch (ProblemException e) {
                note = "the moves were not ordered: " + e.getMessage();
            }
        }
        if (!plan.isEmpty() || !plan.isBalanced()) {
            LOG.info(
                    "round {}: {} moves {}, {} rejections, over target afterwards {}",
                    number,
                    ids.size(),
                    plan.migrations(),
                    plan.rejections().size(),
                    plan.overTarget());
        }
        return new DecisionView(number, timeline.now(), trigger, PlanDocument.of(plan), ids, note);
    }

    private Optional<MigrationOptions> options(Migration move) {
        Optional<HostFacts> from = registry.facts(move.from());
        Optional<HostFacts> to = registry.facts(move.to());
        return from.isEmpty() || to.isEmpty()
                ? Optional.empty()
                : HostMatch.withCommonEngine(settings.options(), from.get(), to.get());
    }

    /** What a round would decide now; changes nothing. */
    public MigrationPlan dryRun() {
        return settings.policy().plan(fleet.snapshot());
    }

    /** The latest rounds, oldest first. */
    public List<DecisionView> decisions() {
        synchronized (decisions) {
            return List.copyOf(decisions);
        }
    }
}
