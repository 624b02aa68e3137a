package org.livemigrate.cli.demo;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.livemigrate.protocol.migration.MigrationOutcome;

/**
 * What {@code demo --report FILE} writes.
 *
 * @param runtime {@code podman} or {@code modelled}; figures of the latter are a model's
 * @param balanced every node at or under target when it ended
 * @param proved every probe's proof of life holds
 * @param target load that no node may exceed, a fraction
 * @param intervalMs the scheduling interval used
 * @param startedAt when the demo began
 * @param elapsedMs how long all of it took
 * @param nodes the fleet
 * @param migrations in the order in which they began
 * @param probes one a container
 */
record DemoReport(
        String runtime,
        boolean balanced,
        boolean proved,
        double target,
        long intervalMs,
        Instant startedAt,
        long elapsedMs,
        List<Node> nodes,
        List<Migration> migrations,
        List<Probe> probes) {

    /**
     * @param loadBefore use over capacity when the whole load was running and nothing had moved, a fraction
     * @param loadAfter the same at the end
     */
    record Node(String id, long capacityMillicores, double loadBefore, double loadAfter) {}

    /**
     * @param container the container's name
     * @param containerId the runtime's id of it
     * @param downtimeFeltMs longest gap between two ticks of its own ticker around the freeze; absent when it was not
     *     frozen or its ticker could not be read
     * @param gapP99BeforeMs 99th percentile of its gaps before the migration, to compare with
     * @param bytes of the checkpoint in the shared store
     * @param problem why it did not commit; absent when it did
     */
    record Migration(
            String id,
            String container,
            String containerId,
            String from,
            String to,
            String engine,
            MigrationOutcome outcome,
            String reason,
            Map<String, Long> phasesMs,
            Double downtimeFeltMs,
            Double gapP99BeforeMs,
            Long downtimeApiMs,
            long bytes,
            List<String> notes,
            String problem) {}

    /**
     * @param container the container's name
     * @param host where it was found running at the end; absent when it was not
     * @param migrations how often it moved
     * @param ticksBefore its count just before it was first frozen (or when the watch began)
     * @param ticksAfter its count at the end
     * @param ticksLost numbers missing
     * @param ticksRepeated numbers seen twice
     * @param restarted another process answers to its name
     * @param counting the count went on while it was looked at for the last time
     */
    record Probe(
            String container,
            String containerId,
            String host,
            int migrations,
            long ticksBefore,
            long ticksAfter,
            long ticksLost,
            long ticksRepeated,
            boolean restarted,
            boolean counting) {
        boolean holds() {
            return host != null
                    && counting
                    && !restarted
                    && ticksLost == 0
                    && ticksRepeated == 0
                    && ticksAfter > ticksBefore;
        }
    }
}
