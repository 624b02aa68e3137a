package org.livemigrate.benchmarks.migration.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.livemigrate.benchmarks.migration.fleet.ClockOffset;
import org.livemigrate.benchmarks.migration.fleet.FleetClient.Step;
import org.livemigrate.benchmarks.migration.inventory.Inventory;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.sweep.Run;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.migration.Measures;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.migration.StepResult;
import org.livemigrate.protocol.ticks.TickLog;
import org.livemigrate.protocol.ticks.Ticking;

/** Puts a row together as far as a run comes. */
final class RowBuilder {

    /** How far around the freeze the gap may lie: the controller hears of things a little after they happen. */
    private static final double SLACK_MS = 500;

    private static final double NS_PER_MS = 1e6;
    private static final double US_PER_MS = 1e3;

    private final Inventory inventory;
    private final Run run;
    private final Row.Environment environment;
    private final Instant startedAt;

    private Observed from;
    private Observed to;
    private ContainerView before;
    private MigrationView migration;
    private StepResult preCopied;
    private StepResult frozen;
    private StepResult restored;
    private Double feltMs;
    private Double gapP99Ms;
    private Row.Ticks ticks;
    private Row.Replies replies;
    private Row.Clock clock;
    private String outcome = Row.NOT_MEASURED;
    private String reason;

    RowBuilder(Inventory inventory, Run run, Row.Environment environment, Instant startedAt) {
        this.inventory = inventory;
        this.run = run;
        this.environment = environment;
        this.startedAt = startedAt;
    }

    void hosts(Observed source, Observed target) {
        from = source;
        to = target;
    }

    void before(ContainerView view) {
        before = view;
    }

    void reason(String why) {
        reason = reason == null ? why : reason + " Then: " + why;
    }

    void migration(MigrationView view, Duration timeout) {
        migration = view;
        if (view.outcome() == null) {
            outcome = Row.TIMED_OUT;
            reason("it was still in phase " + view.phase() + " after " + timeout.toSeconds() + " s.");
        } else {
            outcome = view.outcome().word();
        }
        if (view.problem() != null) {
            reason(view.problem().detail());
        }
    }

    void source(List<Step> steps) {
        preCopied = result(steps, MigrationStep.PRECOPY);
        frozen = result(steps, MigrationStep.FREEZE);
    }

    void target(List<Step> steps) {
        restored = result(steps, MigrationStep.RESTORE);
    }

    private static StepResult result(List<Step> steps, MigrationStep wanted) {
        return steps.stream()
                .filter(step -> step.step() == wanted && step.result() != null)
                .map(Step::result)
                .findFirst()
                .orElse(null);
    }

    /**
     * @param targetAhead the target's clock against the source's
     * @param moved whether the container came to the target; where it did not, all its ticks are the source's
     */
    void ticks(TickLog log, ClockOffset targetAhead, boolean moved) {
        ticks = new Row.Ticks(log.lost(), log.repeated(), log.restarted());
        clock = new Row.Clock(targetAhead.offsetMs(), targetAhead.uncertaintyMs());
        if (migration.frozenAt() == null) {
            return;
        }
        // what pre-dumps do to it is no part of what the machine does to it anyway
        gapP99Ms = log.p99GapMsBefore(onClockOf(from, migration.startedAt(), 0));
        Instant resumed = migration.resumedAt() == null ? migration.finishedAt() : migration.resumedAt();
        if (resumed != null) {
            double slack = SLACK_MS + targetAhead.uncertaintyMs();
            feltMs = new StandStill(
                            onClockOf(from, migration.frozenAt(), -slack),
                            onClockOf(from, resumed, slack),
                            moved ? targetAhead : ClockOffset.NONE)
                    .longestMs(log);
        }
    }

    void replies(Row.Replies seen) {
        replies = seen;
    }

    private static long onClockOf(Observed host, Instant instant, double plusMs) {
        return Ticking.epochNs(instant) + Math.round((host.clock().offsetMs() + plusMs) * NS_PER_MS);
    }

    Row build() {
        Optional<Measures> dump = Optional.ofNullable(frozen).map(StepResult::measures);
        Optional<Measures> restore = Optional.ofNullable(restored).map(StepResult::measures);
        Optional<Measures.CriuDump> criuDump = dump.map(Measures::dump);
        Optional<Measures.CriuRestore> criuRestore = restore.map(Measures::restore);
        Inventory.Store s = inventory.store();
        Long delay = run.setting().storeDelayMs();
        return new Row(
                run.key(),
                run.setting().workload().name(),
                run.setting().engine(),
                run.setting().rounds(),
                run.setting().delayMs(),
                run.setting().compression(),
                run.setting().budgetMs(),
                inventory.lab(),
                from == null ? null : from.id(),
                to == null ? null : to.id(),
                run.repeat(),
                run.warmup(),
                startedAt,
                outcome,
                reason,
                dump.map(Measures::commandMs).orElse(null),
                restore.map(Measures::commandMs).orElse(null),
                criuDump.map(d -> d.frozenUs() / US_PER_MS).orElse(null),
                feltMs,
                migration == null ? null : migration.downtimeApiMs(),
                gapP99Ms,
                totalMs(),
                migration == null ? null : migration.phasesMs(),
                migration == null || frozen == null ? null : migration.bytes(),
                frozen == null ? null : frozen.bytes() + (preCopied == null ? 0 : preCopied.bytes()),
                restored == null ? null : restored.bytes(),
                before == null ? null : before.cpuMillicores(),
                before == null ? null : before.memoryBytes(),
                preCopied == null
                        ? null
                        : preCopied.rounds().stream().map(RowBuilder::round).toList(),
                criuDump.isEmpty() && criuRestore.isEmpty()
                        ? null
                        : new Row.Criu(criuDump.orElse(null), criuRestore.orElse(null)),
                ticks,
                replies,
                clock,
                new Row.Store(s.fs(), s.cache(), delay == null ? s.delayMs() : Double.valueOf(delay), s.rateMBps()),
                environment,
                migration == null ? null : migration.notes());
    }

    private Long totalMs() {
        return migration == null || migration.finishedAt() == null
                ? null
                : Duration.between(migration.startedAt(), migration.finishedAt())
                        .toMillis();
    }

    private static Row.Round round(StepResult.PreDumpRound round) {
        Optional<Measures.CriuDump> criu = Optional.ofNullable(round.criu());
        return new Row.Round(
                round.round(),
                round.elapsedMs(),
                round.bytes(),
                criu.map(Measures.CriuDump::pagesWritten).orElse(null),
                criu.map(Measures.CriuDump::pagesSkippedParent).orElse(null));
    }
}
