package org.livemigrate.cli.demo;

import java.util.ArrayList;
import java.util.List;
import org.livemigrate.protocol.container.CreateContainer;

/**
 * The uneven load of the demo: CPU-limited containers, each a ticker beside a {@code stress} workload, so that the first
 * node stands near 94 %, the second at 50 % and every further one at 17 % of its capacity.
 */
final class Workload {

    private static final String IMAGE = "localhost/stress:latest";

    /** Shares of a node's CPU capacity, one list a node; nodes beyond the last are loaded like the last. */
    private static final List<List<Double>> SHARES =
            List.of(List.of(0.194, 0.19, 0.188, 0.186, 0.182), List.of(0.25, 0.25), List.of(0.17));

    private Workload() {}

    /** The containers to create, in order. */
    static List<CreateContainer> on(List<DemoNode> nodes) {
        List<CreateContainer> all = new ArrayList<>();
        for (int n = 0; n < nodes.size(); n++) {
            DemoNode node = nodes.get(n);
            List<Double> shares = SHARES.get(Math.min(n, SHARES.size() - 1));
            for (int c = 0; c < shares.size(); c++) {
                long millicores = Math.round(shares.get(c) * node.capacityMillicores());
                String name = "demo-" + node.id() + "-" + (char) ('a' + c);
                all.add(new CreateContainer(name, IMAGE, command(c), millicores, 0L, null, null, "none", node.id()));
            }
        }
        return all;
    }

    /** Each first container of a node also holds 64 MiB, so that a migration has memory to carry. */
    private static List<String> command(int index) {
        return index == 0
                ? List.of("--memory", "64M", "--dirty-per-second", "0.02", "--", "stress", "--cpu", "1")
                : List.of("--", "stress", "--cpu", "1");
    }
}
