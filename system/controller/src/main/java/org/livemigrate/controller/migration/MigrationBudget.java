package org.livemigrate.controller.migration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many migrations may be in flight at once.
 *
 * @param inFleet in all
 * @param outOfHost leaving one host
 * @param intoHost coming to one host
 */
public record MigrationBudget(int inFleet, int outOfHost, int intoHost) {

    /** Two in the fleet, one in each direction a host. */
    public static final MigrationBudget DEFAULT = new MigrationBudget(2, 1, 1);

    public MigrationBudget {
        if (inFleet < 1 || outOfHost < 1 || intoHost < 1) {
            throw new IllegalArgumentException("migrations in flight: " + inFleet + " in all, " + outOfHost
                    + " out of and " + intoHost + " into a host: write 1 or more for each.");
        }
    }

    /**
     * Which of the waiting migrations may start now.
     *
     * @param unfinished queued and running ones, in the order in which they were submitted
     */
    List<MigrationRecord> startable(Collection<MigrationRecord> unfinished) {
        int running = 0;
        Map<String, Integer> out = new HashMap<>();
        Map<String, Integer> in = new HashMap<>();
        for (MigrationRecord record : unfinished) {
            if (record.stage().inFlight()) {
                running++;
                out.merge(record.order().from(), 1, Integer::sum);
                in.merge(record.order().to(), 1, Integer::sum);
            }
        }
        List<MigrationRecord> startable = new ArrayList<>();
        List<MigrationRecord> earlier = new ArrayList<>();
        for (MigrationRecord record : unfinished) {
            MoveOrder order = record.order();
            if (record.stage() == Stage.QUEUED
                    && running < inFleet
                    && out.getOrDefault(order.from(), 0) < outOfHost
                    && in.getOrDefault(order.to(), 0) < intoHost
                    && earlier.stream().noneMatch(other -> mustPrecede(other.order(), order))) {
                startable.add(record);
                running++;
                out.merge(order.from(), 1, Integer::sum);
                in.merge(order.to(), 1, Integer::sum);
            }
            earlier.add(record);
        }
        return startable;
    }

    /** The plan says that a move is valid when its turn comes: after those before it that touch its hosts. */
    private static boolean mustPrecede(MoveOrder earlier, MoveOrder later) {
        return earlier.container().equals(later.container())
                || later.plan() != null && later.plan().equals(earlier.plan()) && later.sharesHostWith(earlier);
    }
}
