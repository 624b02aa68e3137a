package org.livemigrate.scheduler.greedy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.livemigrate.scheduler.NaiveCluster;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.Fraction;

/** The paragraph that defines greedy, word by word, with a scan of all hosts and no thought for speed. */
final class ReferenceGreedy {
    record Move(String container, String from, String to) {}

    final List<Move> moves = new ArrayList<>();
    final NaiveCluster cluster;
    boolean truncated;

    private final Fraction target;
    private final List<String> fleetOrder;
    private final List<String> queue = new ArrayList<>();

    ReferenceGreedy(NaiveCluster cluster, Fraction target) {
        this.cluster = cluster;
        this.target = target;
        this.fleetOrder = new ArrayList<>(cluster.hosts.keySet());
    }

    void run() {
        for (String host : fleetOrder) {
            if (cluster.isAbove(host, target)) {
                queue.add(host);
            }
        }
        int withoutMove = 0;
        while (!queue.isEmpty() && withoutMove < queue.size()) {
            String head = queue.get(0);
            int before = moves.size();
            if (!visit(head)) {
                queue.remove(head);
                if (cluster.isAbove(head, target)) {
                    queue.add(head);
                }
                truncated = !queue.isEmpty();
                return;
            }
            queue.remove(head);
            if (cluster.isAbove(head, target)) {
                queue.add(head);
            }
            withoutMove = moves.size() == before ? withoutMove + 1 : 0;
        }
    }

    /** False when the limit of moves is reached. */
    private boolean visit(String head) {
        List<Container> order = cluster.containers.values().stream()
                .filter(c -> cluster.placement.get(c.id()).equals(head))
                .sorted(Comparator.comparingLong(Container::cpuMillicores)
                        .reversed()
                        .thenComparing(Container::id))
                .toList();
        for (Container container : order) {
            if (!cluster.isAbove(head, target)) {
                return true;
            }
            if (container.cpuMillicores() < 10 || !cluster.isMovable(container.id())) {
                continue;
            }
            String to = destination(container, head);
            if (to != null) {
                cluster.move(container.id(), to);
                moves.add(new Move(container.id(), head, to));
                if (cluster.isAbove(to, target) && !queue.contains(to)) {
                    queue.add(to);
                }
                if (moves.size() >= 10 * cluster.containers.size()) {
                    return false;
                }
            }
        }
        return true;
    }

    private String destination(Container container, String head) {
        int n = fleetOrder.size();
        int start = fleetOrder.indexOf(head);
        for (int k = 1; k < n; k++) {
            String host = fleetOrder.get((start + k) % n);
            BigInteger after = cluster.cpu(host).add(BigInteger.valueOf(container.cpuMillicores()));
            if (cluster.isValid(container.id(), host)
                    && NaiveCluster.compare(after, cluster.capacity(host), cluster.cpu(head), cluster.capacity(head))
                            < 0) {
                return host;
            }
        }
        return null;
    }
}
