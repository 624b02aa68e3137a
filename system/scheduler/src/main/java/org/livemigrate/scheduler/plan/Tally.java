package org.livemigrate.scheduler.plan;

/**
 * Counts per thing and host, of which most pairs never occur: a table with open addressing, at most half full. A count
 * that falls to 0 keeps its place.
 */
final class Tally {
    private static final long SCATTER = 0x9E3779B97F4A7C15L;

    private long[] keys;
    private int[] counts;
    private int used;

    /** With room for so many pairs; it grows when there are more. */
    Tally(int pairs) {
        keys = new long[Integer.highestOneBit(Math.max(32, pairs)) * 4];
        counts = new int[keys.length];
    }

    int get(int thing, int host) {
        return counts[slot(key(thing, host))];
    }

    /** Returns what it is then. */
    int add(int thing, int host, int change) {
        long key = key(thing, host);
        int slot = slot(key);
        if (keys[slot] == 0) {
            if (2 * ++used > keys.length) {
                grow();
                slot = slot(key);
            }
            keys[slot] = key;
        }
        return counts[slot] += change;
    }

    /** Never 0, which is an empty place. */
    private static long key(int thing, int host) {
        return ((long) thing << 32 | host) + 1;
    }

    /** Where the key is, or would be. */
    private int slot(long key) {
        int last = keys.length - 1;
        int slot = (int) (key * SCATTER >>> 32) & last;
        while (keys[slot] != key && keys[slot] != 0) {
            slot = slot + 1 & last;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldCounts = counts;
        keys = new long[2 * oldKeys.length];
        counts = new int[keys.length];
        for (int k = 0; k < oldKeys.length; k++) {
            if (oldKeys[k] != 0) {
                int slot = slot(oldKeys[k]);
                keys[slot] = oldKeys[k];
                counts[slot] = oldCounts[k];
            }
        }
    }
}
