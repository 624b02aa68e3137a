package org.livemigrate.scheduler.plan;

import java.util.Arrays;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Demands;

/**
 * By which hosts which demands are met, as containers come and go. A container in flight is present at both ends (it may
 * yet be refused company there) and settled at neither (nobody may rely on it).
 */
final class ConstraintBook {
    private final ClusterSnapshot snapshot;
    private final Demands demands;
    private final Tally counts;
    private final long[] met;

    private ConstraintBook(ClusterSnapshot snapshot) {
        this.snapshot = snapshot;
        this.demands = snapshot.demands();
        this.counts = new Tally(demands.counted());
        this.met = new long[snapshot.hostCount()];
        Arrays.fill(met, demands.commonOnEmptyHost());
        for (int h = 0; h < met.length; h++) {
            count(demands.ofHost(h), h, 1);
        }
        for (int c = 0; c < snapshot.containerCount(); c++) {
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
        long common = demands.common(container);
        if ((met[to] & common) != common) {
            return false;
        }
        for (int demand : demands.rare(container)) {
            if (counts.get(demand, to) > 0 != demands.isPresence(demand)) {
                return false;
            }
        }
        return mayLeave(container, from);
    }

    /** Whether nobody there loses the last companion that it wants. */
    boolean mayLeave(int container, int host) {
        for (int companion : demands.settled(container)) {
            int wanters = counts.get(demands.wanters(companion), host) - (demands.makes(container, companion) ? 1 : 0);
            if (wanters > 0 && counts.get(companion, host) <= 1) {
                return false;
            }
        }
        return true;
    }

    /** The bits of the common demands that the host meets now. */
    long met(int host) {
        return met[host];
    }

    /** The bits of the common demands that the container makes. */
    long demanded(int container) {
        return demands.common(container);
    }

    void leave(int container, int host) {
        stand(container, host, -1);
    }

    void arrive(int container, int host) {
        stand(container, host, 1);
    }

    private void stand(int container, int host, int change) {
        count(demands.present(container), host, change);
        if (!snapshot.isInFlight(container)) {
            count(demands.settled(container), host, change);
        }
    }

    private void count(int[] list, int host, int change) {
        for (int demand : list) {
            boolean isMet = counts.add(demand, host, change) > 0 == demands.isPresence(demand);
            met[host] = isMet ? met[host] | demands.bit(demand) : met[host] & ~demands.bit(demand);
        }
    }
}
