package org.livemigrate.scheduler.guard;

import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.History;
import org.livemigrate.scheduler.plan.HostLoads;
import org.livemigrate.scheduler.plan.RejectionCode;

/**
 * A host sheds load only when it was above target in {@code n} of its {@code m} most recent samples, the snapshot
 * itself included: a short peak is over before a migration is. A host with fewer than {@code n} samples has not been
 * above target for long enough.
 *
 * @param n samples above target that are needed, at least one
 * @param m most recent samples that are looked at, at least {@code n}
 * @param target above which a sample counts
 */
public record SustainedBreach(int n, int m, Fraction target) implements Guard {
    public SustainedBreach {
        if (n < 1 || m < n) {
            throw new IllegalArgumentException(
                    "A sustained breach is n of m samples with 1 <= n <= m, not " + n + " of " + m + ".");
        }
    }

    @Override
    public String name() {
        return "sustained-breach";
    }

    @Override
    public void restrict(Restriction restriction) {
        ClusterSnapshot snapshot = restriction.snapshot();
        for (int h = 0; h < snapshot.hostCount(); h++) {
            long capacity = snapshot.capacityMillicores(h);
            if (!target.isExceededBy(snapshot.hostCpuMillicores(h), capacity)) {
                continue;
            }
            int above = 1 + earlierAbove(snapshot, h);
            if (above < n) {
                restriction.holdSource(
                        h,
                        new Refusal(
                                RejectionCode.BREACH_NOT_SUSTAINED,
                                snapshot.hostId(h) + " is at "
                                        + HostLoads.percent(snapshot.hostCpuMillicores(h), capacity)
                                        + " and was above the target of " + target.toPercentString() + " in " + above
                                        + " of its last " + m + " samples; it takes " + n));
            }
        }
    }

    private int earlierAbove(ClusterSnapshot snapshot, int host) {
        History history = snapshot.history();
        int above = 0;
        for (int k = Math.max(0, history.size() - (m - 1)); k < history.size(); k++) {
            long use = history.hostMillicores(k, host);
            if (use != History.UNKNOWN && target.isExceededBy(use, snapshot.capacityMillicores(host))) {
                above++;
            }
        }
        return above;
    }
}
