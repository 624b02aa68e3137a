package org.livemigrate.scheduler.model;

import java.util.Arrays;

/**
 * Which hosts can restore what which hosts checkpointed. Hosts that are alike share a class; a move is allowed when
 * the classes of its two ends say so.
 */
public final class Compatibility {
    private final int[] classOfHost;
    private final boolean[][] allowed;

    /** Class of each host by host index, and {@code allowed[from][to]} by class; both are copied. */
    public Compatibility(int[] classOfHost, boolean[][] allowed) {
        this.classOfHost = classOfHost.clone();
        this.allowed = Arrays.stream(allowed).map(boolean[]::clone).toArray(boolean[][]::new);
        for (int k : classOfHost) {
            if (k < 0 || k >= allowed.length) {
                throw new IllegalArgumentException("Host class " + k + " is not in 0.." + (allowed.length - 1));
            }
        }
    }

    public int hostCount() {
        return classOfHost.length;
    }

    public int classOf(int host) {
        return classOfHost[host];
    }

    /** Whether a host of one class may send to a host of the other. */
    public boolean classAllows(int fromClass, int toClass) {
        return allowed[fromClass][toClass];
    }

    /** Whether a container may go from one host to the other. */
    public boolean allows(int fromHost, int toHost) {
        return allowed[classOfHost[fromHost]][classOfHost[toHost]];
    }
}
