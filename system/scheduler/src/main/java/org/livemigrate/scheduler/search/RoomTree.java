package org.livemigrate.scheduler.search;

import java.util.function.IntPredicate;
import org.livemigrate.scheduler.plan.Placement;

/**
 * The hosts in a segment tree, by predicted room below target, and by present CPU and memory below the limits: finds the
 * valid host with the most room without looking at every host.
 */
final class RoomTree {
    /** Constraints can make every leaf a miss; the search then settles for the best that it has seen. */
    private static final int MOST_VISITS = 4_000;

    private final int leaves;
    private final long[] room;
    private final long[] cpu;
    private final long[] memory;
    private int best;
    private int visits;

    RoomTree(int hosts) {
        leaves = Math.max(1, Integer.highestOneBit(Math.max(1, hosts - 1)) << 1);
        room = new long[2 * leaves];
        cpu = new long[2 * leaves];
        memory = new long[2 * leaves];
        java.util.Arrays.fill(room, Long.MIN_VALUE);
        java.util.Arrays.fill(cpu, Long.MIN_VALUE);
        java.util.Arrays.fill(memory, Long.MIN_VALUE);
    }

    /** Sets a host; {@code rebuild} must follow, or {@link #update} be used instead. */
    void set(int host, long roomBelowTarget, Placement placement) {
        int i = leaves + host;
        room[i] = roomBelowTarget;
        cpu[i] = placement.freeCpu(host);
        memory[i] = placement.freeMemory(host);
    }

    void rebuild() {
        for (int i = leaves - 1; i > 0; i--) {
            pull(i);
        }
    }

    void update(int host, long roomBelowTarget, Placement placement) {
        set(host, roomBelowTarget, placement);
        for (int i = (leaves + host) / 2; i > 0; i /= 2) {
            pull(i);
        }
    }

    private void pull(int i) {
        room[i] = Math.max(room[2 * i], room[2 * i + 1]);
        cpu[i] = Math.max(cpu[2 * i], cpu[2 * i + 1]);
        memory[i] = Math.max(memory[2 * i], memory[2 * i + 1]);
    }

    /** Of the hosts with so much CPU and memory that are valid, the one with the most room, of equals the first; or −1. */
    int most(long demand, long bytes, IntPredicate valid) {
        best = -1;
        visits = 0;
        visit(1, demand, bytes, valid);
        return best;
    }

    private void visit(int i, long demand, long bytes, IntPredicate valid) {
        if (room[i] == Long.MIN_VALUE
                || cpu[i] < demand
                || memory[i] < bytes
                || best >= 0 && room[i] <= room[leaves + best]
                || visits++ > MOST_VISITS) {
            return;
        }
        if (i >= leaves) {
            if (valid.test(i - leaves)) {
                best = i - leaves;
            }
            return;
        }
        boolean rightFirst = room[2 * i + 1] > room[2 * i];
        visit(rightFirst ? 2 * i + 1 : 2 * i, demand, bytes, valid);
        visit(rightFirst ? 2 * i : 2 * i + 1, demand, bytes, valid);
    }
}
