package org.livemigrate.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.ticks.Ticking;

/**
 * Collects what the containers' own tickers say and turns it into the proof of life of each container and the felt
 * downtime of each migration.
 */
final class Evidence {

    /** How far around a freeze the gap may lie: the controller hears of phases a little after they happen. */
    private static final long SLACK_NS = 500_000_000;

    /** A container that does not count once in this time stands still. */
    private static final Duration COUNTS_WITHIN = Duration.ofSeconds(5);

    private final TickReader reader;
    private final Instant watchBegan;
    private final Map<String, Ticking> logs = new HashMap<>();
    private final List<DemoReport.Probe> probes = new ArrayList<>();

    Evidence(TickReader reader, Instant watchBegan) {
        this.reader = reader;
        this.watchBegan = watchBegan;
    }

    /** Told, from 1 on, which container is looked at. */
    interface Progress {
        void looksAt(int number, String name);
    }

    /** Looks at every container: it must be found on exactly one node, counting. */
    void examine(
            List<ContainerFacts> containers, List<DemoNode> nodes, List<MigrationView> migrations, Progress progress)
            throws IOException, InterruptedException {
        Map<DemoNode, Set<String>> running = new LinkedHashMap<>();
        for (DemoNode node : nodes) {
            running.put(node, reader.running(node));
        }
        for (ContainerFacts container : containers) {
            progress.looksAt(probes.size() + 1, container.name());
            List<DemoNode> found = nodes.stream()
                    .filter(node -> running.get(node).contains(container.id()))
                    .toList();
            List<MigrationView> own = migrations.stream()
                    .filter(m -> m.container().equals(container.id()))
                    .toList();
            probes.add(found.size() == 1 ? probe(container, found.get(0), own) : notFoundOnce(container, found, own));
        }
    }

    private static DemoReport.Probe notFoundOnce(
            ContainerFacts container, List<DemoNode> found, List<MigrationView> own) {
        String hosts = found.isEmpty() ? null : found.stream().map(DemoNode::id).collect(Collectors.joining(" and "));
        return new DemoReport.Probe(container.name(), container.id(), hosts, own.size(), 0, 0, 0, 0, false, false);
    }

    private DemoReport.Probe probe(ContainerFacts container, DemoNode node, List<MigrationView> own)
            throws InterruptedException {
        Ticking first;
        Ticking second;
        try {
            first = reader.read(node, container);
            long deadline = System.nanoTime() + COUNTS_WITHIN.toNanos();
            do {
                second = reader.read(node, container);
            } while (second.lastCount() <= first.lastCount() && System.nanoTime() < deadline);
        } catch (IOException stoppedMeanwhile) {
            return notFoundOnce(container, List.of(), own);
        }
        logs.put(container.id(), second);
        long before = own.stream()
                .filter(m -> m.frozenAt() != null)
                .findFirst()
                .map(m -> Ticking.epochNs(m.frozenAt()))
                .orElse(Ticking.epochNs(watchBegan));
        return new DemoReport.Probe(
                container.name(),
                container.id(),
                node.id(),
                own.size(),
                second.countAt(before),
                second.lastCount(),
                second.lost(),
                second.repeated(),
                second.restarted(),
                second.lastCount() > first.lastCount());
    }

    List<DemoReport.Probe> probes() {
        return List.copyOf(probes);
    }

    /** The migration with what its container felt of it. */
    DemoReport.Migration judge(MigrationView migration) {
        Ticking log = logs.get(migration.container());
        Double felt = null;
        Double usual = null;
        if (log != null && migration.frozenAt() != null) {
            long from = Ticking.epochNs(migration.frozenAt()) - SLACK_NS;
            Instant resumed = migration.resumedAt() == null ? migration.finishedAt() : migration.resumedAt();
            felt = log.longestGapMs(from, Ticking.epochNs(resumed) + SLACK_NS);
            usual = log.p99GapMsBefore(Ticking.epochNs(migration.frozenAt()));
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
}
