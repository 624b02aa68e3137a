package org.livemigrate.scheduler.literature;

import java.util.Set;

/**
 * Where the authors' released code (CloudSim 4.0) does otherwise than the paper says, each to be switched on by name to
 * compare with its results; all are off by default.
 *
 * @param stalePower the rise in power is counted from before the round, also for a host that has taken something in it
 * @param coreLimit nothing goes to a host one of whose (two) cores is slower than its demand
 * @param emptyReceivers what moved to a host for its sake may be moved on when that host is emptied in the same round
 * @param wokenClosed a host that was switched on in this round takes nothing from the hosts that are emptied in it
 * @param unweightedRegression LR without its weights
 */
public record Switches(
        boolean stalePower,
        boolean coreLimit,
        boolean emptyReceivers,
        boolean wokenClosed,
        boolean unweightedRegression) {
    /** The paper. */
    public static final Switches PAPER = new Switches(false, false, false, false, false);

    /** The names, for {@link #of}. */
    public static final Set<String> NAMES =
            Set.of("stale-power", "core-limit", "empty-receivers", "woken-closed", "unweighted-regression");

    /**
     * The switches that are named.
     *
     * @throws IllegalArgumentException for a name that is none
     */
    public static Switches of(Set<String> names) {
        for (String name : names) {
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("There is no switch '" + name + "'. Use some of: "
                        + String.join(", ", NAMES.stream().sorted().toList()) + ".");
            }
        }
        return new Switches(
                names.contains("stale-power"),
                names.contains("core-limit"),
                names.contains("empty-receivers"),
                names.contains("woken-closed"),
                names.contains("unweighted-regression"));
    }
}
