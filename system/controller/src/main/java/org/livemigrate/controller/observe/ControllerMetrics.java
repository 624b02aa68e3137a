package org.livemigrate.controller.observe;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.livemigrate.controller.migration.MigrationExecutor;
import org.livemigrate.controller.migration.MigrationListener;
import org.livemigrate.controller.schedule.RoundListener;
import org.livemigrate.controller.stats.ConsumerStatus;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.plan.DecisionView;
import org.livemigrate.protocol.plan.PlanDocument;
import org.livemigrate.scheduler.fleet.HostStatus.State;
import org.livemigrate.scheduler.plan.RejectionCode;

/** The controller's figures; their names are in {@code system/deploy/README.md}. */
public final class ControllerMetrics implements MigrationListener, RoundListener {

    private final MeterRegistry registry;
    private final Timer downtime;
    private final DistributionSummary imageBytes;
    private final Timer decision;
    private final Timer statsLag;
    private final Map<String, List<Gauge>> hostMeters = new TreeMap<>();
    private volatile List<NodeView> hosts = List.of();

    public ControllerMetrics(MeterRegistry registry) {
        this.registry = registry;
        downtime = histogram("livemigrate.migration.downtime", "From sending FREEZE to RESTORE's answer", Tags.empty());
        imageBytes = DistributionSummary.builder("livemigrate.migration.image")
                .description("Size of checkpoints in the store")
                .baseUnit("bytes")
                .register(registry);
        decision = histogram("livemigrate.decision", "Time that the policy took, guards included", Tags.empty());
        statsLag = histogram(
                "livemigrate.stats.lag",
                "From an agent's sample to its place in the picture, by both clocks",
                Tags.empty());
        for (State state : State.values()) {
            Gauge.builder(
                            "livemigrate.hosts",
                            () -> hosts.stream()
                                    .filter(node -> node.state().equals(word(state)))
                                    .count())
                    .description("Hosts by state")
                    .tag("state", word(state))
                    .register(registry);
        }
        // what has not happened yet is a figure too: 0
        for (MigrationOutcome outcome : MigrationOutcome.values()) {
            registry.counter("livemigrate.migrations", "outcome", outcome.word());
        }
        for (RejectionCode code : RejectionCode.values()) {
            registry.counter("livemigrate.rejections", "code", code.label());
        }
        registry.counter("livemigrate.migrations.started");
        registry.counter("livemigrate.moves.planned");
        registry.counter("livemigrate.rounds", "trigger", "interval");
    }

    private Timer histogram(String name, String description, Tags tags) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(2))
                .register(registry);
    }

    /** Watches the parts that are asked when somebody looks. */
    public void watch(MigrationExecutor executor, Supplier<ConsumerStatus> stats, double target) {
        Gauge.builder("livemigrate.migrations.queued", executor, MigrationExecutor::queued)
                .description("Migrations that wait for their turn")
                .register(registry);
        Gauge.builder("livemigrate.migrations.unfinished", executor, MigrationExecutor::unfinished)
                .description("Migrations that have not ended, queued ones included")
                .register(registry);
        Gauge.builder("livemigrate.target.ratio", () -> target)
                .description("Load above which a host is overloaded")
                .register(registry);
        Gauge.builder("livemigrate.broker.connected", () -> stats.get().connected() ? 1 : 0)
                .description("1 when the broker can be reached")
                .register(registry);
        FunctionCounter.builder(
                        "livemigrate.stats.received", stats, s -> s.get().received())
                .description("Statistics messages that came, repeated ones included")
                .register(registry);
        FunctionCounter.builder("livemigrate.stats.applied", stats, s -> s.get().applied())
                .description("Statistics messages that went into the picture")
                .register(registry);
        FunctionCounter.builder("livemigrate.stats.dead", stats, s -> s.get().dead())
                .description("Statistics messages that went to the dead queue")
                .register(registry);
    }

    @Override
    public void started(MigrationView migration) {
        registry.counter("livemigrate.migrations.started").increment();
    }

    @Override
    public void ended(MigrationView migration) {
        registry.counter(
                        "livemigrate.migrations", "outcome", migration.outcome().word())
                .increment();
        migration
                .phasesMs()
                .forEach((phase, ms) -> histogram(
                                "livemigrate.migration.phase", "Time of a migration's phases", Tags.of("phase", phase))
                        .record(Duration.ofMillis(ms)));
        if (migration.downtimeApiMs() != null && migration.outcome() == MigrationOutcome.COMMITTED) {
            downtime.record(Duration.ofMillis(migration.downtimeApiMs()));
        }
        if (migration.bytes() > 0) {
            imageBytes.record(migration.bytes());
        }
    }

    @Override
    public void decided(DecisionView made, Duration planning) {
        registry.counter("livemigrate.rounds", "trigger", made.trigger()).increment();
        if (made.plan() == null) {
            return;
        }
        decision.record(planning);
        registry.counter("livemigrate.moves.planned")
                .increment(made.plan().migrations().size());
        for (PlanDocument.Refusal no : made.plan().rejections()) {
            registry.counter("livemigrate.rejections", "code", no.code()).increment();
        }
    }

    /** A statistics message went into the picture. */
    public void applied(Instant sampledAt, Instant now) {
        Duration lag = Duration.between(sampledAt, now);
        // the agent's clock may be ahead
        statsLag.record(lag.isNegative() ? Duration.ZERO : lag);
    }

    /** How the hosts are now; from one thread at a time. */
    public void look(List<NodeView> nodes) {
        hosts = List.copyOf(nodes);
        Set<String> there = new TreeSet<>();
        for (NodeView node : nodes) {
            if (!node.state().equals(word(State.EXPIRED))) {
                there.add(node.facts().id());
            }
        }
        for (String host : there) {
            hostMeters.computeIfAbsent(
                    host,
                    id -> List.of(
                            Gauge.builder("livemigrate.host.load.ratio", () -> of(id, NodeView::load))
                                    .description("CPU use over capacity")
                                    .tag("host", id)
                                    .register(registry),
                            Gauge.builder("livemigrate.host.containers", () -> of(id, NodeView::containers))
                                    .description("Containers by host")
                                    .tag("host", id)
                                    .register(registry)));
        }
        // the load of a silent host is not known; a line that stays where it was would say otherwise
        hostMeters.entrySet().removeIf(entry -> {
            boolean gone = !there.contains(entry.getKey());
            if (gone) {
                entry.getValue().forEach(registry::remove);
            }
            return gone;
        });
    }

    private double of(String host, ToDoubleFunction<NodeView> figure) {
        return hosts.stream()
                .filter(node -> node.facts().id().equals(host))
                .mapToDouble(figure)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
