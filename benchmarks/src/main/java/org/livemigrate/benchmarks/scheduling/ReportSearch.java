package org.livemigrate.benchmarks.scheduling;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;

/**
 * Our reading of the search in the report's prototype, kept only to be measured against: the usage of every container
 * in percent of its host, in a map of maps; a host's load is the sum of its map whenever it is asked for; the head's
 * containers are sorted anew at every turn; and for each container the hosts are tried one after the other. It makes
 * the same moves as {@code greedy} where hosts are equal and memory is no limit, and it stops after the search: no order,
 * no reasons.
 *
 * <p>{@code keepsLoads} is a kinder reading, in which a host's load is kept and not added up for every question. It is
 * there to show how much of the difference is the adding up.
 */
public final class ReportSearch {
    private static final double EPSILON = 1e-9;

    private final Map<String, Map<String, Double>> usage = new LinkedHashMap<>();
    private final Map<String, Double> loads = new HashMap<>();
    private final boolean keepsLoads;
    private final double target;
    private final double leastPercent;
    private final int containers;
    private int moves;

    public ReportSearch(ClusterSnapshot snapshot, Fraction target, boolean keepsLoads) {
        this.keepsLoads = keepsLoads;
        this.target = target.toDouble() * 100 + EPSILON;
        this.leastPercent = 1000.0 / snapshot.capacityMillicores(0);
        this.containers = snapshot.containerCount();
        for (int h = 0; h < snapshot.hostCount(); h++) {
            Map<String, Double> percents = new HashMap<>();
            for (int k = 0; k < snapshot.containerCountOn(h); k++) {
                int c = snapshot.containerOn(h, k);
                percents.put(
                        snapshot.containerId(c), snapshot.cpuMillicores(c) * 100.0 / snapshot.capacityMillicores(h));
            }
            usage.put(snapshot.hostId(h), percents);
            loads.put(snapshot.hostId(h), sum(percents));
        }
    }

    /** Searches to the end; answers the number of moves. */
    public int run() {
        Deque<String> queue = new ArrayDeque<>();
        for (String host : usage.keySet()) {
            if (load(host) > target) {
                queue.add(host);
            }
        }
        List<String> fleet = new ArrayList<>(usage.keySet());
        int idle = 0;
        while (!queue.isEmpty() && idle < queue.size() && moves < 10 * containers) {
            String head = queue.poll();
            int before = moves;
            visit(head, fleet, queue);
            if (load(head) > target) {
                queue.add(head);
            }
            idle = moves == before ? idle + 1 : 0;
        }
        return moves;
    }

    /** Load of the host in percent, after the search. */
    public double load(String host) {
        return keepsLoads ? loads.get(host) : sum(usage.get(host));
    }

    private void visit(String head, List<String> fleet, Deque<String> queue) {
        List<Map.Entry<String, Double>> order = new ArrayList<>(usage.get(head).entrySet());
        order.sort(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()));
        int start = fleet.indexOf(head);
        for (Map.Entry<String, Double> container : order) {
            double headLoad = load(head);
            if (headLoad <= target || container.getValue() < leastPercent) {
                return;
            }
            double percent = container.getValue();
            for (int k = 1; k < fleet.size(); k++) {
                String host = fleet.get((start + k) % fleet.size());
                double after = load(host) + percent;
                if (after <= 100 + EPSILON && after < headLoad - EPSILON) {
                    move(container.getKey(), percent, head, host);
                    if (load(host) > target && !queue.contains(host)) {
                        queue.add(host);
                    }
                    break;
                }
            }
            if (moves >= 10 * containers) {
                return;
            }
        }
    }

    private void move(String container, double percent, String from, String to) {
        usage.get(from).remove(container);
        usage.get(to).put(container, percent);
        loads.merge(from, -percent, Double::sum);
        loads.merge(to, percent, Double::sum);
        moves++;
    }

    private static double sum(Map<String, Double> percents) {
        double sum = 0;
        for (double percent : percents.values()) {
            sum += percent;
        }
        return sum;
    }
}
