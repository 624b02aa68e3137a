package org.livemigrate.scheduler.model;

/**
 * Where every container stands, both ways round: the host of a container, and the containers of a host in compressed
 * rows ({@code members[start[h] .. start[h+1])}, ascending).
 */
final class Placed {
    final int[] hostOf;
    final int[] start;
    final int[] members;

    private Placed(int[] hostOf, int[] start, int[] members) {
        this.hostOf = hostOf;
        this.start = start;
        this.members = members;
    }

    /** Counting sort by host; the array is kept, not copied. */
    static Placed of(int[] hostOf, int hosts) {
        int[] start = new int[hosts + 1];
        for (int host : hostOf) {
            start[host + 1]++;
        }
        for (int h = 0; h < hosts; h++) {
            start[h + 1] += start[h];
        }
        int[] next = start.clone();
        int[] members = new int[hostOf.length];
        for (int c = 0; c < hostOf.length; c++) {
            members[next[hostOf[c]]++] = c;
        }
        return new Placed(hostOf, start, members);
    }
}
