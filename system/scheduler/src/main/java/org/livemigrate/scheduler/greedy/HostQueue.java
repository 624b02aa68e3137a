package org.livemigrate.scheduler.greedy;

/** A queue of hosts in which each stands at most once. */
final class HostQueue {
    private final int[] ring;
    private final boolean[] inside;
    private int head;
    private int size;

    HostQueue(int hosts) {
        ring = new int[Math.max(1, hosts)];
        inside = new boolean[hosts];
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** To the back, if it is not in the queue. */
    void join(int host) {
        if (!inside[host]) {
            inside[host] = true;
            int tail = head + size++;
            ring[tail >= ring.length ? tail - ring.length : tail] = host;
        }
    }

    /** Takes the head. */
    int take() {
        int host = ring[head];
        head = head + 1 == ring.length ? 0 : head + 1;
        size--;
        inside[host] = false;
        return host;
    }
}
