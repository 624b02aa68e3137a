package org.livemigrate.agent.runtime;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.stats.StatsCodec;

/**
 * How a modelled container behaves. It is written as labels of the create call, so that one call serves both runtimes:
 * {@value #CPU}, {@value #CPU_STEP}, {@value #MEMORY}, {@value #DIRTY}, {@value #TICK}.
 *
 * @param cpuMillicores use over time, one value a step, repeated for ever; by default the CPU limit, or 100 without one
 * @param cpuStepMs length of a step
 * @param memoryBytes resident memory; by default the memory limit, or 64 MiB without one
 * @param dirtyBytesPerSecond how fast it rewrites its memory
 * @param tickMs pause between two counts of its ticker
 */
public record ContainerModel(
        List<Long> cpuMillicores, long cpuStepMs, long memoryBytes, long dirtyBytesPerSecond, long tickMs) {

    public static final String CPU = "livemigrate.model.cpu-millicores";
    public static final String CPU_STEP = "livemigrate.model.cpu-step-ms";
    public static final String MEMORY = "livemigrate.model.memory-bytes";
    public static final String DIRTY = "livemigrate.model.dirty-bytes-per-second";
    public static final String TICK = "livemigrate.model.tick-ms";

    public ContainerModel {
        cpuMillicores = List.copyOf(cpuMillicores);
        boolean negative = memoryBytes < 0
                || dirtyBytesPerSecond < 0
                || cpuMillicores.stream().anyMatch(cpu -> cpu < 0);
        // statistics with more are not believed, and the host would have none
        boolean tooMuch = memoryBytes > StatsCodec.MAX_MEMORY_BYTES
                || cpuMillicores.stream().anyMatch(cpu -> cpu > StatsCodec.MAX_CPU_MILLICORES);
        if (cpuMillicores.isEmpty() || cpuStepMs <= 0 || tickMs <= 0 || negative || tooMuch) {
            throw new ProblemException(Problem.badRequest("container model: CPU " + cpuMillicores + " in steps of "
                    + cpuStepMs + " ms, memory " + memoryBytes + ", dirty rate " + dirtyBytesPerSecond + ", tick "
                    + tickMs + " ms: write at least one CPU value, steps and ticks above 0, nothing below 0 nor more"
                    + " than " + StatsCodec.MAX_CPU_MILLICORES + " millicores and " + StatsCodec.MAX_MEMORY_BYTES
                    + " bytes."));
        }
    }

    static ContainerModel of(CreateContainer create) {
        Map<String, String> labels = create.labels();
        String cpu = labels.getOrDefault(
                CPU, Long.toString(create.cpuLimitMillicores() > 0 ? create.cpuLimitMillicores() : 100));
        return new ContainerModel(
                Arrays.stream(cpu.split(",", -1))
                        .map(value -> number(CPU, value))
                        .toList(),
                number(CPU_STEP, labels.getOrDefault(CPU_STEP, "1000")),
                number(
                        MEMORY,
                        labels.getOrDefault(
                                MEMORY,
                                Long.toString(create.memoryLimitBytes() > 0 ? create.memoryLimitBytes() : 64L << 20))),
                number(DIRTY, labels.getOrDefault(DIRTY, "1048576")),
                number(TICK, labels.getOrDefault(TICK, "5")));
    }

    long cpuAt(long ranForMs) {
        return cpuMillicores.get((int) (ranForMs / cpuStepMs % cpuMillicores.size()));
    }

    private static long number(String label, String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new ProblemException(
                    Problem.badRequest("label " + label + " is \"" + text + "\": write a whole number."), e);
        }
    }
}
