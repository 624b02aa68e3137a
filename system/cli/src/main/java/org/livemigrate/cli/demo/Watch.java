package org.livemigrate.cli.demo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.migration.MigrationView;

/**
 * Judges a fleet from one look after another: what the load was before, and when it is balanced. Balance counts only
 * when it has held for a while after the last migration, long enough for new statistics to have come in.
 */
final class Watch {

    private final double target;
    private final Duration hold;
    private Map<String, Double> before = Map.of();
    private Map<String, Double> now = Map.of();
    private long quietSinceNs = -1;

    Watch(double target, Duration hold) {
        this.target = target;
        this.hold = hold;
    }

    /** Keeps the present loads as those before. */
    void begin(List<NodeView> nodes) {
        before = loads(nodes);
        now = before;
    }

    /** @return true when balance has been reached and held */
    boolean look(List<NodeView> nodes, List<MigrationView> migrations, long nowNs) {
        now = loads(nodes);
        boolean quiet = migrations.stream().allMatch(migration -> migration.outcome() != null)
                && nodes.stream().allMatch(node -> node.state().equals("ready"))
                && balanced();
        if (!quiet) {
            quietSinceNs = -1;
        } else if (quietSinceNs < 0) {
            quietSinceNs = nowNs;
        }
        return quiet && nowNs - quietSinceNs >= hold.toNanos();
    }

    boolean balanced() {
        return now.values().stream().allMatch(load -> load <= target);
    }

    double loadBefore(String node) {
        return before.getOrDefault(node, 0.0);
    }

    double loadAfter(String node) {
        return now.getOrDefault(node, 0.0);
    }

    private static Map<String, Double> loads(List<NodeView> nodes) {
        Map<String, Double> loads = new TreeMap<>();
        nodes.forEach(node -> loads.put(node.facts().id(), node.load()));
        return loads;
    }
}
