package org.livemigrate.scheduler.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.model.Label;

/**
 * Who is where, by the labels that some affinity or anti-affinity names, and what only one can have. A container in flight is present at both ends
 * (it may yet be refused company there) and settled at neither (nobody may rely on it).
 */
final class ConstraintBook {
    private static final int[] NO_LABELS = {};

    private final ClusterSnapshot snapshot;
    private final int[][] carries;
    private final int[][] wants;
    private final int[][] refuses;
    private final int[][] needsAlone;
    private final Counts present = new Counts();
    private final Counts settled = new Counts();
    private final Counts wanters = new Counts();
    private final Counts refusers = new Counts();
    private final Counts taken = new Counts();

    private ConstraintBook(ClusterSnapshot snapshot) {
        this.snapshot = snapshot;
        Map<Label, Integer> numbers = new HashMap<>();
        Map<String, Integer> things = new HashMap<>();
        int containers = snapshot.containerCount();
        wants = new int[containers][];
        refuses = new int[containers][];
        needsAlone = new int[containers][];
        carries = new int[containers][];
        for (int c = 0; c < containers; c++) {
            Constraints own = snapshot.constraints(c);
            wants[c] = number(own.affinity(), numbers);
            refuses[c] = number(own.antiAffinity(), numbers);
            needsAlone[c] = number(own.exclusive(), things);
        }
        for (int c = 0; c < containers; c++) {
            carries[c] = numbers.isEmpty() ? NO_LABELS : carried(snapshot.containerLabels(c), numbers);
            stand(c, snapshot.hostOf(c), 1);
            int otherEnd = snapshot.otherEndOf(c);
            if (otherEnd >= 0) {
                stand(c, otherEnd, 1);
            }
        }
    }

    /** {@code null} when no container has constraints. */
    static ConstraintBook of(ClusterSnapshot snapshot) {
        return snapshot.hasConstraints() ? new ConstraintBook(snapshot) : null;
    }

    boolean allows(int container, int from, int to) {
        for (Label label : snapshot.constraints(container).hostLabels()) {
            if (!label.isIn(snapshot.hostLabels(to))) {
                return false;
            }
        }
        for (int label : wants[container]) {
            if (settled.get(label, to) == 0) {
                return false;
            }
        }
        for (int label : refuses[container]) {
            if (present.get(label, to) > 0) {
                return false;
            }
        }
        for (int thing : needsAlone[container]) {
            if (taken.get(thing, to) > 0) {
                return false;
            }
        }
        for (int label : carries[container]) {
            if (refusers.get(label, to) > 0 || isLastCompanion(container, label, from)) {
                return false;
            }
        }
        return true;
    }

    void leave(int container, int host) {
        stand(container, host, -1);
    }

    void arrive(int container, int host) {
        stand(container, host, 1);
    }

    private boolean isLastCompanion(int container, int label, int host) {
        int otherWanters = wanters.get(label, host) - (contains(wants[container], label) ? 1 : 0);
        return otherWanters > 0 && settled.get(label, host) <= 1;
    }

    private void stand(int container, int host, int change) {
        boolean flying = snapshot.isInFlight(container);
        for (int label : carries[container]) {
            present.add(label, host, change);
            if (!flying) {
                settled.add(label, host, change);
            }
        }
        for (int label : wants[container]) {
            wanters.add(label, host, change);
        }
        for (int label : refuses[container]) {
            refusers.add(label, host, change);
        }
        for (int thing : needsAlone[container]) {
            taken.add(thing, host, change);
        }
    }

    private static boolean contains(int[] labels, int label) {
        for (int each : labels) {
            if (each == label) {
                return true;
            }
        }
        return false;
    }

    private static <T> int[] number(List<T> named, Map<T, Integer> numbers) {
        if (named.isEmpty()) {
            return NO_LABELS;
        }
        int[] found = new int[named.size()];
        for (int k = 0; k < found.length; k++) {
            Integer next = numbers.size();
            Integer known = numbers.putIfAbsent(named.get(k), next);
            found[k] = known == null ? next : known;
        }
        return found;
    }

    private static int[] carried(Map<String, String> labels, Map<Label, Integer> numbers) {
        List<Integer> found = new ArrayList<>();
        labels.forEach((key, value) -> {
            Integer number = numbers.get(new Label(key, value));
            if (number != null) {
                found.add(number);
            }
        });
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    /** A count per label, or thing, and host; most pairs never occur. */
    private static final class Counts {
        private final Map<Long, Integer> counts = new HashMap<>();

        int get(int label, int host) {
            return counts.getOrDefault(key(label, host), 0);
        }

        void add(int label, int host, int change) {
            counts.merge(key(label, host), change, Integer::sum);
        }

        private static Long key(int label, int host) {
            return ((long) label << 32) | host;
        }
    }
}
