package org.livemigrate.cli.demo;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.migration.MigrationView;

/**
 * Collects what the containers' own tickers say and turns it into the proof of life of each container and the felt
 * downtime of each migration.
 */
final class Evidence {

    /** How far around a freeze the gap may lie: the controller hears of phases a little after they happen. */
    private static final long SLACK_NS = 500_000_000;

    private final TickReader reader;
    private final Instant watchBegan;
    private final Map<String, Ticking> logs = new HashMap<>();
    private final List<DemoReport.Probe> probes = new ArrayList<>();

    Evidence(TickReader reader, Instant watchBegan) {
        this.reader = reader;
        this.watchBegan = watchBegan;
    }

    /**
     * Looks at one container on every node, wherever the controller believes it to be: it must be found counting on
     * exactly one.
     */
    void examine(ContainerFacts container, List<DemoNode> nodes, List<MigrationView> migrations)
            throws InterruptedException {
        List<MigrationView> own = migrations.stream()
                .filter(m -> m.container().equals(container.id()))
                .toList();
        String host = null;
        int copies = 0;
        Ticking first = null;
        for (DemoNode node : nodes) {
            try {
                first = reader.read(node, container);
                host = node.id();
                copies++;
            } catch (IOException notRunningHere) {
                // the usual answer of all nodes but one
            }
        }
        DemoNode found = null;
        for (DemoNode node : nodes) {
            if (node.id().equals(host)) {
                found = node;
            }
        }
        Ticking second = null;
        if (copies == 1) {
            try {
                second = reader.read(found, container);
            } catch (IOException stoppedMeanwhile) {
                host = null;
            }
        }
        if (second == null) {
            probes.add(new DemoReport.Probe(
                    container.name(),
                    container.id(),
                    copies > 1 ? "on " + copies + " nodes" : null,
                    own.size(),
                    0,
                    0,
                    0,
                    0,
                    false,
                    false));
            return;
        }
        logs.put(container.id(), second);
        long before = own.stream()
                .filter(m -> m.frozenAt() != null)
                .findFirst()
                .map(m -> epochNs(m.frozenAt()))
                .orElse(epochNs(watchBegan));
        probes.add(new DemoReport.Probe(
                container.name(),
                container.id(),
                host,
                own.size(),
                second.countAt(before),
                second.lastCount(),
                second.lost(),
                second.repeated(),
                second.restarted(),
                second.lastCount() > first.lastCount()));
    }

    List<DemoReport.Probe> probes() {
        return List.copyOf(probes);
    }

    /** The migration with what its container felt of it. */
    DemoReport.Migration judge(MigrationView migration) {
        Ticking log = logs.get(migration.container());
        double felt = 0;
        double usual = 0;
        if (log != null && migration.frozenAt() != null) {
            long from = epochNs(migration.frozenAt()) - SLACK_NS;
            Instant resumed = migration.resumedAt() == null ? migration.finishedAt() : migration.resumedAt();
            felt = log.longestGapMs(from, epochNs(resumed) + SLACK_NS);
            usual = log.p99GapMsBefore(epochNs(migration.frozenAt()));
        }
        return new DemoReport.Migration(
                migration.id(),
                migration.name(),
                migration.container(),
                migration.from(),
                migration.to(),
                migration.engine(),
                migration.outcome(),
                migration.reason(),
                migration.phasesMs(),
                felt,
                usual,
                migration.downtimeApiMs(),
                migration.bytes(),
                migration.notes(),
                migration.problem() == null ? null : migration.problem().detail());
    }

    private static long epochNs(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
