package org.livemigrate.protocol.stats;

import java.util.Map;
import java.util.function.BiConsumer;
import org.livemigrate.scheduler.fleet.ContainerStats;
import org.livemigrate.scheduler.fleet.StatsUpdate;
import org.livemigrate.scheduler.model.ConstraintLabels;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.model.InvalidClusterException;

/** Statistics messages in the scheduler's terms: constraints are read from labels. One rule for all who listen. */
public final class StatsUpdates {

    private StatsUpdates() {}

    /** As below, and nobody is told. */
    public static StatsUpdate of(StatsDiff diff) {
        return of(diff, (sample, problem) -> {});
    }

    /**
     * The message as the fleet's picture takes it.
     *
     * @param unreadable told of each container whose labels cannot be read, and why. It counts as pinned: a label must
     *     not hide the container's load, and the container stays where it is
     */
    public static StatsUpdate of(StatsDiff diff, BiConsumer<ContainerSample, String> unreadable) {
        return new StatsUpdate(
                diff.agent(),
                diff.incarnation(),
                diff.sequence(),
                diff.full(),
                diff.changed().stream().map(sample -> stats(sample, unreadable)).toList(),
                diff.removed());
    }

    private static ContainerStats stats(ContainerSample sample, BiConsumer<ContainerSample, String> unreadable) {
        Constraints constraints;
        try {
            constraints = ConstraintLabels.read(sample.labels());
        } catch (InvalidClusterException e) {
            unreadable.accept(sample, e.getMessage());
            constraints = ConstraintLabels.read(Map.of(ConstraintLabels.PINNED, "true"));
        }
        return new ContainerStats(
                sample.id(), sample.name(), sample.cpuMillicores(), sample.memoryBytes(), sample.labels(), constraints);
    }
}
