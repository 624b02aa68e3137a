package org.livemigrate.scheduler.greedy;

import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.Placement;
import org.livemigrate.scheduler.plan.PlanListener;
import org.livemigrate.scheduler.plan.SearchMove;

/**
 * The search of the report's section 2.1.2, made exact.
 *
 * <ol>
 *   <li>The queue starts with the hosts above target, in fleet order; a host stands in it at most once.
 *   <li>The head visits its containers once, by CPU descending and id ascending, leaves out those below
 *       {@value #LEAST_MILLICORES} millicores, and stops as soon as it is at or under target.
 *   <li>For each container the hosts are tried in fleet order as a ring that starts after the head. The first takes it
 *       that stays within its limits of CPU and memory and whose load after the move is strictly below the head's load
 *       before that move.
 *   <li>A destination that is then above target joins the back of the queue if it is not in it. A head that is still
 *       above target goes to the back.
 *   <li>It ends when the queue is empty, after as many heads in a row without a move as the queue is long, or at 10
 *       moves per container.
 * </ol>
 *
 * <p>What that leaves open is decided so: the head is out of the queue during its turn (it is no destination of its own
 * containers, so nobody can tell), and rejoins behind the destinations that joined meanwhile; a host above target
 * includes what is on its way to or from it; pinned, held and in-flight containers are passed over; constraints and
 * compatibility are part of "valid"; cordoned hosts are left out of the ring but do shed load; the limit of moves counts
 * all containers of the snapshot, and a search that reaches it in the very move that solves the last host is not called
 * truncated.
 */
final class GreedySearch {
    /** Containers below this are not worth a migration. */
    static final long LEAST_MILLICORES = 10;

    private static final long MOST_MOVES_PER_CONTAINER = 10;

    private final ClusterSnapshot snapshot;
    private final Fraction target;
    private final PlanListener listener;
    private final Placement placement;
    private final DestinationIndex destinations;
    private final HostLists lists;
    private final HostQueue queue;
    private final int[] lastStep;
    private final long mostMoves;

    private long moves;
    private boolean truncated;

    GreedySearch(ClusterSnapshot snapshot, Fraction target, Fraction headroom, PlanListener listener) {
        this.snapshot = snapshot;
        this.target = target;
        this.listener = listener;
        this.placement = new Placement(snapshot, headroom);
        this.destinations = new DestinationIndex(placement);
        this.lists = new HostLists(snapshot);
        this.queue = new HostQueue(snapshot.hostCount());
        this.lastStep = new int[snapshot.containerCount()];
        this.mostMoves = MOST_MOVES_PER_CONTAINER * snapshot.containerCount();
    }

    /** Searches to the end; afterwards {@link #placement()} is where everything should be. */
    void run() {
        for (int h = 0; h < snapshot.hostCount(); h++) {
            if (placement.isAbove(h, target)) {
                queue.join(h);
            }
        }
        int idleHeads = 0;
        while (!queue.isEmpty() && !truncated) {
            int head = queue.take();
            idleHeads = visit(head) ? 0 : idleHeads + 1;
            if (placement.isAbove(head, target)) {
                queue.join(head);
            }
            if (idleHeads > 0 && idleHeads >= queue.size()) {
                return;
            }
            truncated = moves >= mostMoves && !queue.isEmpty();
        }
    }

    private boolean visit(int head) {
        listener.onHead(snapshot.hostId(head));
        long[] keys = lists.visit(head);
        int count = lists.size(head);
        boolean any = false;
        for (int k = 0; k < count && moves < mostMoves && placement.isAbove(head, target); k++) {
            int container = HostLists.container(keys[k]);
            if (snapshot.cpuMillicores(container) < LEAST_MILLICORES) {
                break;
            }
            if (!snapshot.isMovable(container)) {
                continue;
            }
            int to = destinations.first(container, head);
            if (to >= 0) {
                move(container, head, to, keys[k]);
                keys[k] = -1;
                any = true;
            }
        }
        if (any) {
            lists.removeMarked(head);
        }
        return any;
    }

    private void move(int container, int head, int to, long key) {
        double fromBefore = load(head);
        double toBefore = load(to);
        placement.move(container, to);
        destinations.update(head);
        destinations.update(to);
        lists.add(to, key);
        moves++;
        lastStep[container] = (int) Math.min(Integer.MAX_VALUE, moves);
        if (placement.isAbove(to, target)) {
            queue.join(to);
        }
        if (listener != PlanListener.NONE) {
            listener.onSearchMove(new SearchMove(
                    lastStep[container],
                    snapshot.containerId(container),
                    snapshot.hostId(head),
                    snapshot.hostId(to),
                    fromBefore,
                    load(head),
                    toBefore,
                    load(to)));
        }
    }

    private double load(int host) {
        return (double) placement.cpu(host) / snapshot.capacityMillicores(host);
    }

    Placement placement() {
        return placement;
    }

    /** The step in which the container moved last; 0 when it never did. */
    int lastStep(int container) {
        return lastStep[container];
    }

    /** How many moves the search made, before they are collapsed. */
    long moves() {
        return moves;
    }

    /** Whether the search stopped at its limit of moves. */
    boolean isTruncated() {
        return truncated;
    }

    /** Nodes of the index that were looked at. */
    long visits() {
        return destinations.visits();
    }
}
