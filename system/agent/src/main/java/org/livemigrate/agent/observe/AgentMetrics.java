package org.livemigrate.agent.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.livemigrate.agent.doctor.Finding;
import org.livemigrate.agent.doctor.Finding.Severity;
import org.livemigrate.agent.doctor.Finding.State;
import org.livemigrate.agent.migration.StepListener;
import org.livemigrate.agent.stats.StatsSink;
import org.livemigrate.agent.store.CheckpointStore;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.stats.StatsDiff;

/** The agent's figures; their names are in {@code system/deploy/README.md}. */
public final class AgentMetrics implements StepListener {

    private final MeterRegistry registry;
    private final Counter confirmed;
    private final Counter unconfirmed;

    public AgentMetrics(MeterRegistry registry) {
        this.registry = registry;
        confirmed = registry.counter("livemigrate.agent.stats", "result", "confirmed");
        unconfirmed = registry.counter("livemigrate.agent.stats", "result", "unconfirmed");
    }

    /**
     * Watches the parts that are asked when somebody looks.
     *
     * @param controllerAnswers whether the last heartbeat was answered
     */
    public void watch(CheckpointStore store, BooleanSupplier controllerAnswers, Supplier<List<Finding>> findings) {
        Gauge.builder("livemigrate.agent.store.free", () -> freeBytes(store))
                .description("Room in the checkpoint store")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("livemigrate.agent.controller.answers", () -> controllerAnswers.getAsBoolean() ? 1 : 0)
                .description("1 when the last heartbeat was answered")
                .register(registry);
        for (Severity severity : Severity.values()) {
            Gauge.builder(
                            "livemigrate.agent.prerequisites.missing",
                            () -> findings.get().stream()
                                    .filter(f -> f.severity() == severity && f.state() == State.MISSING)
                                    .count())
                    .description("Prerequisites that the doctor did not find when the agent started")
                    .tag("severity", severity.word())
                    .register(registry);
        }
    }

    private static double freeBytes(CheckpointStore store) {
        try {
            return store.freeBytes();
        } catch (ProblemException e) {
            return Double.NaN;
        }
    }

    @Override
    public void answered(MigrationStep step, boolean succeeded, Duration took, long bytes) {
        Timer.builder("livemigrate.agent.step")
                .description("From a step's request to its answer")
                .tag("step", step.word())
                .tag("result", succeeded ? "succeeded" : "failed")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(2))
                .register(registry)
                .record(took);
        if (bytes > 0) {
            Counter.builder("livemigrate.agent.images")
                    .description("Written to or read from the checkpoint store")
                    .baseUnit("bytes")
                    .tag("step", step.word())
                    .register(registry)
                    .increment(bytes);
        }
    }

    /** Counts what goes through it. */
    public StatsSink counted(StatsSink sink) {
        return new CountedSink(sink);
    }

    private final class CountedSink implements StatsSink, AutoCloseable {

        private final StatsSink sink;

        CountedSink(StatsSink sink) {
            this.sink = sink;
        }

        @Override
        public boolean send(StatsDiff diff) {
            boolean sent = sink.send(diff);
            (sent ? confirmed : unconfirmed).increment();
            return sent;
        }

        @Override
        public void close() throws Exception {
            if (sink instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }
}
