package org.livemigrate.scheduler.search;

import java.util.Arrays;

/** Which container left which host, so that it can be undone. */
final class Journal {
    /** Puts a container on a host. */
    interface Placer {
        void place(int container, int host);
    }

    private int[] entries = new int[64];
    private int size;

    void start() {
        size = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(int container, int from) {
        if (size + 2 > entries.length) {
            entries = Arrays.copyOf(entries, entries.length * 2);
        }
        entries[size++] = container;
        entries[size++] = from;
    }

    /** Takes everything back since the start, the last first. */
    void undo(Placer placer) {
        for (int k = size - 2; k >= 0; k -= 2) {
            placer.place(entries[k], entries[k + 1]); // which is noted behind, and forgotten at the next start
        }
    }
}
