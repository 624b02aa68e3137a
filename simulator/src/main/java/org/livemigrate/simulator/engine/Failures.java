package org.livemigrate.simulator.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Makes hosts fail by a {@link FailureModel}, starts their containers elsewhere, and counts the cascades. Containers that
 * came when no host had room wait here too.
 */
final class Failures {
    /** Finds a host for a container, or −1. */
    interface Chooser {
        int hostFor(int container);
    }

    /** Told of hosts that went down or came up. */
    @FunctionalInterface
    interface Changed {
        void hostChanged(int host);
    }

    private static final int NO_CASCADE = -1;

    private final FailureModel model;
    private final World world;
    private final EventQueue queue;
    private final Executor executor;
    private final Chooser chooser;
    private final Changed changed;
    private final SplittableRandom random;
    private final long[] overSinceUs;
    private final int[] cascadeOf;
    /** The cascade by which each container without a host lost it. */
    private final TreeMap<Integer, Integer> homeless = new TreeMap<>();

    private final List<Integer> sizes = new ArrayList<>();
    private long failures;
    private long lost;

    Failures(
            FailureModel model,
            World world,
            EventQueue queue,
            Executor executor,
            Chooser chooser,
            Changed changed,
            long seed) {
        this.model = model;
        this.world = world;
        this.queue = queue;
        this.executor = executor;
        this.chooser = chooser;
        this.changed = changed;
        random = new SplittableRandom(seed);
        overSinceUs = new long[world.hosts()];
        Arrays.fill(overSinceUs, -1);
        cascadeOf = new int[world.hosts()];
        Arrays.fill(cascadeOf, -1);
    }

    void begin() {
        if (model.mtbfMs() > 0) {
            scheduleRandom(0);
        }
    }

    private void scheduleRandom(long nowUs) {
        double mean = model.mtbfMs() * 1000.0 / world.hosts();
        long wait = 1 + (long) (-StrictMath.log(1 - random.nextDouble()) * mean);
        queue.add(nowUs + wait, Event.Kind.HOST, at -> {
            int host = random.nextInt(world.hosts());
            if (world.isUp(host)) {
                fail(host, at);
            }
            scheduleRandom(at);
        });
    }

    /** After each sample: who is above, and since when. Containers without a host try again. */
    void sampled(long nowUs) {
        placeHomeless(nowUs);
        if (model.saturation() == null) {
            return;
        }
        for (int h = 0; h < overSinceUs.length; h++) {
            if (!isOver(h)) {
                overSinceUs[h] = -1;
            } else if (overSinceUs[h] < 0) {
                int host = h;
                overSinceUs[h] = nowUs;
                queue.add(nowUs + model.saturatedMs() * 1000, Event.Kind.HOST, at -> {
                    if (overSinceUs[host] == nowUs && isOver(host)) {
                        fail(host, at);
                    }
                });
            }
        }
    }

    private boolean isOver(int host) {
        return world.isUp(host)
                && model.saturation()
                        .isExceededBy(
                                world.hostMeters().demand(host),
                                world.host(host).capacityMillicores());
    }

    private void fail(int host, long nowUs) {
        failures++;
        overSinceUs[host] = -1;
        if (cascadeOf[host] < 0) {
            cascadeOf[host] = sizes.size();
            sizes.add(0);
        }
        int cascade = cascadeOf[host];
        sizes.set(cascade, sizes.get(cascade) + 1);
        for (Flight flight : world.flights().all()) {
            if (flight.from == host || (flight.to == host && !executor.survivesItsDestination(flight, nowUs))) {
                executor.abort(flight, nowUs);
            }
        }
        for (int c = 0; c < world.containers(); c++) {
            if (world.isPresent(c) && world.hostOf(c) == host) {
                world.lose(c, nowUs);
                homeless.put(c, cascade);
                lost++;
            }
        }
        world.setUp(host, false, nowUs);
        changed.hostChanged(host);
        queue.add(nowUs + model.detectMs() * 1000, Event.Kind.HOST, at -> placeHomeless(at));
        if (model.repairMs() > 0) {
            queue.add(nowUs + model.repairMs() * 1000, Event.Kind.HOST, at -> {
                cascadeOf[host] = -1;
                if (!world.isLeaving(host)) { // one that was to leave has left
                    world.setUp(host, true, at);
                    changed.hostChanged(host);
                }
            });
        }
    }

    /** A container came and no host had room for it: it is tried again after each sample. */
    void cameInVain(int container) {
        homeless.put(container, NO_CASCADE);
    }

    private void placeHomeless(long nowUs) {
        homeless.keySet().removeIf(c -> !world.isPresent(c));
        for (Integer container : new ArrayList<>(homeless.keySet())) {
            int cascade = homeless.get(container);
            boolean failed = cascade != NO_CASCADE;
            if (failed && nowUs - world.lostAtUs(container) < model.detectMs() * 1000) {
                continue; // not noticed yet
            }
            int host = chooser.hostFor(container);
            if (host >= 0) {
                if (failed) {
                    cascadeOf[host] = cascade;
                }
                homeless.remove(container);
                world.place(container, host, nowUs);
            }
        }
    }

    long failures() {
        return failures;
    }

    /** Failures that another brought about: of hosts that had taken a failed one's containers. */
    long caused() {
        return failures - sizes.size();
    }

    /** Containers that lost what they had in memory. */
    long containersLost() {
        return lost;
    }

    /** Chains of at least two hosts, each after the first brought down with the containers of one before it. */
    long cascades() {
        return sizes.stream().filter(size -> size > 1).count();
    }

    long largestCascade() {
        return sizes.stream().filter(size -> size > 1).mapToInt(i -> i).max().orElse(0);
    }
}
