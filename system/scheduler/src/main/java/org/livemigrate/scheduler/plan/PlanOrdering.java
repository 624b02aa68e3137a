package org.livemigrate.scheduler.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;

/**
 * Puts moves into an order in which each is valid when its turn comes: the destination has room while the source still
 * has the container too, so that load in flight counts at both ends.
 *
 * <p>Moves are made in the order wished for; one that cannot be made yet waits until its destination has lost
 * something, or, with constraints, until something has come to or left one of its two hosts. Where moves wait for each other in a circle, one of them is parked: it goes to a third host, and later on
 * to its place. A container is parked at most once, where it keeps the third host at or under target if there is such a
 * host, and only if that lets another move go on. What still waits then is dropped, with a rejection.
 */
public final class PlanOrdering {
    /** A container that is to go to a host, by index. */
    public record Wish(int container, int to) {}

    /** Says why the container moves. */
    @FunctionalInterface
    public interface Reasons {
        Reason of(Wish wish);
    }

    private final ClusterSnapshot snapshot;
    private final Placement placement;
    private final Fraction target;
    private final List<Wish> wishes;
    private final Reasons reasons;

    private final boolean[] done;
    private final boolean[] parked;
    private final List<List<Integer>> waitingInto;
    /** With constraints, what waits to leave the host too. */
    private final List<List<Integer>> waitingOn;

    private final TreeSet<Integer> awake = new TreeSet<>();
    private final List<Migration> migrations = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();

    private PlanOrdering(Placement placement, Fraction target, List<Wish> wishes, Reasons reasons) {
        this.snapshot = placement.snapshot();
        this.placement = placement;
        this.target = target;
        this.wishes = wishes;
        this.reasons = reasons;
        this.done = new boolean[wishes.size()];
        this.parked = new boolean[wishes.size()];
        this.waitingInto = new ArrayList<>(Collections.nCopies(snapshot.hostCount(), null));
        this.waitingOn = new ArrayList<>(waitingInto);
    }

    /** The migrations in order, and what was dropped. */
    public record Ordered(List<Migration> migrations, List<Rejection> rejections) {}

    /**
     * Orders the wishes, each container at most once among them.
     *
     * @param placement where everything stands; the migrations are carried out on it
     * @param target load up to which a host is preferred for parking
     * @param wishes in the order wished for
     * @param reasons asked for the wishes that are granted
     */
    public static Ordered order(Placement placement, Fraction target, List<Wish> wishes, Reasons reasons) {
        PlanOrdering ordering = new PlanOrdering(placement, target, wishes, reasons);
        ordering.makeAllThatCanBe();
        while (ordering.parkOnce()) {
            // each parking lets at least one move go on, and each container is parked at most once
        }
        ordering.dropTheRest();
        return new Ordered(ordering.migrations, ordering.rejections);
    }

    private void makeAllThatCanBe() {
        for (int w = 0; w < wishes.size(); w++) {
            if (!tryMake(w)) {
                wait(w);
            }
            drain();
        }
    }

    private void drain() {
        while (!awake.isEmpty()) {
            tryMake(awake.pollFirst());
        }
    }

    private boolean tryMake(int w) {
        Wish wish = wishes.get(w);
        if (done[w] || !placement.isValid(wish.container, wish.to)) {
            return done[w];
        }
        done[w] = true;
        make(wish, wish.to, reasons.of(wish));
        return true;
    }

    private void make(Wish wish, int to, Reason reason) {
        int from = placement.hostOf(wish.container);
        placement.move(wish.container, to);
        migrations.add(new Migration(
                snapshot.containerId(wish.container), snapshot.hostId(from), snapshot.hostId(to), reason));
        wake(waitingInto.get(from));
        if (snapshot.hasConstraints()) {
            // a companion has come, or one that was refused has left, or another may now go without being missed
            wake(waitingInto.get(to));
            wake(waitingOn.get(from));
            wake(waitingOn.get(to));
        }
    }

    private void wait(int w) {
        add(waitingInto, wishes.get(w).to, w);
        if (snapshot.hasConstraints()) {
            add(waitingOn, placement.hostOf(wishes.get(w).container), w);
        }
    }

    private static void add(List<List<Integer>> lists, int host, int w) {
        if (lists.get(host) == null) {
            lists.set(host, new ArrayList<>());
        }
        lists.get(host).add(w);
    }

    private void wake(List<Integer> waiting) {
        if (waiting != null) {
            waiting.removeIf(w -> done[w]);
            awake.addAll(waiting);
        }
    }

    private boolean parkOnce() {
        boolean any = false;
        for (int w = 0; w < wishes.size(); w++) {
            if (!done[w] && !parked[w] && letsAnotherGoOn(wishes.get(w))) {
                int third = parkingFor(wishes.get(w));
                if (third >= 0) {
                    parked[w] = true;
                    any = true;
                    Wish wish = wishes.get(w);
                    if (snapshot.hasConstraints()) {
                        add(waitingOn, third, w);
                    }
                    make(wish, third, parkingReason(wish, third));
                    drain();
                }
            }
        }
        return any;
    }

    private boolean letsAnotherGoOn(Wish wish) {
        int host = placement.hostOf(wish.container);
        List<Integer> waiting = waitingInto.get(host);
        if (waiting == null) {
            return false;
        }
        long cpu = placement.freeCpu(host) + snapshot.cpuMillicores(wish.container);
        long memory = placement.freeMemory(host);
        long memoryThen = memory == Long.MAX_VALUE ? memory : memory + snapshot.memoryBytes(wish.container);
        return waiting.stream()
                .anyMatch(w -> !done[w]
                        && snapshot.cpuMillicores(wishes.get(w).container) <= cpu
                        && snapshot.memoryBytes(wishes.get(w).container) <= memoryThen);
    }

    private int parkingFor(Wish wish) {
        int fallback = -1;
        for (int h = 0; h < snapshot.hostCount(); h++) {
            if (h == wish.to || !placement.isValid(wish.container, h) || !snapshot.isCompatible(h, wish.to)) {
                continue;
            }
            long then = placement.cpu(h) + snapshot.cpuMillicores(wish.container);
            if (!target.isExceededBy(then, snapshot.capacityMillicores(h))) {
                return h;
            }
            fallback = fallback < 0 ? h : fallback;
        }
        return fallback;
    }

    private Reason parkingReason(Wish wish, int third) {
        return new Reason(
                Reason.Code.PARKING,
                "steps aside to " + snapshot.hostId(third) + " on its way to " + snapshot.hostId(wish.to)
                        + ", because moves wait for each other's room");
    }

    private void dropTheRest() {
        boolean[] toBeLeft = hostsStillToBeLeft();
        for (int w = 0; w < wishes.size(); w++) {
            if (!done[w]) {
                Wish wish = wishes.get(w);
                String id = snapshot.containerId(wish.container);
                String from = snapshot.hostId(placement.hostOf(wish.container));
                String to = snapshot.hostId(wish.to);
                boolean circle = toBeLeft[wish.to];
                rejections.add(new Rejection(
                        id,
                        from,
                        to,
                        circle ? RejectionCode.CYCLE : RejectionCode.BLOCKED,
                        circle
                                ? id + " waits for room on " + to
                                        + ", whose own moves wait in turn, and no third host can"
                                        + " take one of them meanwhile"
                                : id + " cannot go to " + to
                                        + ": the move that would have made it possible is not made"));
            }
        }
    }

    private boolean[] hostsStillToBeLeft() {
        boolean[] left = new boolean[snapshot.hostCount()];
        for (int w = 0; w < wishes.size(); w++) {
            if (!done[w]) {
                left[placement.hostOf(wishes.get(w).container)] = true;
            }
        }
        return left;
    }
}
