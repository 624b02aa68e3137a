package org.livemigrate.simulator.engine;

import org.livemigrate.simulator.metrics.ContainerMeters;

/** One migration under way, and what it costs its container and both hosts in each phase. */
final class Flight {
    enum Phase {
        /** Prepared, which costs nobody anything. */
        SETTING_UP,
        /** Copied while it runs on the source. */
        COPYING,
        /** Standing still: last copy, freeze, restore. */
        FROZEN,
        /** Running on the target while its memory follows. */
        LAZY
    }

    final int container;
    final int from;
    /** Where the plan sent it. */
    final int planned;

    int to;
    final String reason;
    final long startedUs;
    private final MigrationModel model;
    private Phase phase;
    private long demand;
    private long lossSinceUs;
    long frozenUs = -1;
    int rounds;
    double bytes;
    double copiedBytes;
    Object copy;
    /** Its last copy is made: where it goes is settled. */
    boolean restoring;

    Event event;
    Flight previous;
    Flight next;

    Flight(int container, int from, int to, String reason, MigrationModel model, long demand, long nowUs) {
        this.container = container;
        this.from = from;
        planned = to;
        this.to = to;
        this.reason = reason;
        this.model = model;
        this.demand = demand;
        phase = model.setupMs() > 0 ? Phase.SETTING_UP : Phase.COPYING;
        startedUs = nowUs;
        lossSinceUs = nowUs;
    }

    Phase phase() {
        return phase;
    }

    /** What the source bears besides the container's demand. */
    long sourceDelta() {
        return switch (phase) {
            case COPYING -> model.sourceOverheadMillicores();
            case FROZEN -> model.sourceOverheadMillicores() - demand;
            case SETTING_UP, LAZY -> 0;
        };
    }

    /** What the target bears besides those who stand on it; in the lazy window its pages are still read from the store. */
    long targetDelta() {
        return switch (phase) {
            case SETTING_UP -> 0;
            case COPYING -> (long) (model.targetShare() * demand);
            case FROZEN, LAZY -> model.targetOverheadMillicores();
        };
    }

    /** Charges the container for the time since the last call, then goes on with another demand and phase. */
    void charge(ContainerMeters meters, long nowUs, long newDemand, Phase newPhase) {
        long dt = nowUs - lossSinceUs;
        double share = switch (phase) {
            case SETTING_UP -> 0;
            case COPYING, LAZY -> model.calibration().degradation();
            case FROZEN -> 1;
        };
        meters.lose(container, Math.round(share * demand * dt));
        lossSinceUs = nowUs;
        demand = newDemand;
        phase = newPhase;
    }
}
