package org.livemigrate.scheduler.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The {@link Constraints} of a fleet as numbered demands: what each container demands of a host, and what it adds there
 * to the counts by which the demands of others are met. A demand is met on a host where its count is above 0, if it asks
 * for a presence (a host's label, a settled companion), or where it is 0, if it asks for an absence (of containers with a
 * label, of containers that refuse a label, of whoever has what a host has but one of).
 *
 * <p>The {@value #COMMON} demands that most containers make have a bit each, so that a word says which of them a host
 * meets. Immutable.
 */
public final class Demands {
    private static final int COMMON = Long.SIZE;
    private static final int[] NOTHING = {};

    private enum Kind {
        HOST_LABEL,
        COMPANION,
        /** No demand, but how many there want the companion: always the number after it. */
        COMPANION_WANTED,
        NONE_WITH_LABEL,
        NONE_THAT_REFUSES,
        NOT_TAKEN
    }

    private record Demand(Kind kind, Object of) {
        boolean isPresence() {
            return kind == Kind.HOST_LABEL || kind == Kind.COMPANION;
        }
    }

    private final Map<Demand, Integer> numbers = new HashMap<>();
    private final List<Demand> demands = new ArrayList<>();
    private final int[][] ofHost;
    private final int[][] made;
    private final int[][] present;
    private final int[][] settled;
    private final long[] bits;
    private final long[] commonOf;
    private final int[][] rareOf;
    private final long absences;
    private final int counted;

    Demands(Topology topology) {
        int containers = topology.containerIds.length;
        made = new int[containers][];
        present = new int[containers][];
        settled = new int[containers][];
        for (int c = 0; c < containers; c++) {
            Constraints own = topology.constraintsOf(c);
            own.hostLabels().forEach(label -> number(Kind.HOST_LABEL, label));
            own.affinity().forEach(label -> {
                number(Kind.COMPANION, label);
                number(Kind.COMPANION_WANTED, label);
            });
            own.antiAffinity().forEach(label -> {
                number(Kind.NONE_WITH_LABEL, label);
                number(Kind.NONE_THAT_REFUSES, label);
            });
            own.exclusive().forEach(thing -> number(Kind.NOT_TAKEN, thing));
        }
        for (int c = 0; c < containers; c++) {
            fill(c, topology.constraintsOf(c), labels(topology.labelsOfContainer(c)));
        }
        ofHost = new int[topology.hostIds.length][];
        for (int h = 0; h < ofHost.length; h++) {
            ofHost[h] = known(Kind.HOST_LABEL, labels(topology.labelsOfHost(h)));
        }
        bits = mostMade();
        commonOf = new long[containers];
        rareOf = new int[containers][];
        for (int c = 0; c < containers; c++) {
            commonOf[c] = word(made[c]);
            rareOf[c] = Arrays.stream(made[c]).filter(d -> bits[d] == 0).toArray();
        }
        absences = word(IntStream.range(0, bits.length)
                .filter(d -> !demands.get(d).isPresence())
                .toArray());
        counted = total(ofHost) + total(present) + total(settled);
    }

    private static int total(int[][] lists) {
        return Arrays.stream(lists).mapToInt(list -> list.length).sum();
    }

    private void number(Kind kind, Object of) {
        Demand demand = new Demand(kind, of);
        if (numbers.putIfAbsent(demand, demands.size()) == null) {
            demands.add(demand);
        }
    }

    private void fill(int c, Constraints own, List<Label> labels) {
        made[c] = join(
                known(Kind.HOST_LABEL, own.hostLabels()),
                known(Kind.COMPANION, own.affinity()),
                known(Kind.NONE_WITH_LABEL, own.antiAffinity()),
                known(Kind.NONE_THAT_REFUSES, labels),
                known(Kind.NOT_TAKEN, own.exclusive()));
        present[c] = join(
                known(Kind.COMPANION_WANTED, own.affinity()),
                known(Kind.NONE_WITH_LABEL, labels),
                known(Kind.NONE_THAT_REFUSES, own.antiAffinity()),
                known(Kind.NOT_TAKEN, own.exclusive()));
        settled[c] = known(Kind.COMPANION, labels);
    }

    /** The numbers of those that somebody's constraints name. */
    private int[] known(Kind kind, List<?> things) {
        return things.isEmpty()
                ? NOTHING
                : things.stream()
                        .map(thing -> numbers.get(new Demand(kind, thing)))
                        .filter(Objects::nonNull)
                        .mapToInt(Integer::intValue)
                        .toArray();
    }

    private static List<Label> labels(Map<String, String> labels) {
        return labels.entrySet().stream()
                .filter(entry -> !entry.getKey().isBlank()) // nobody can name it
                .map(entry -> new Label(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static int[] join(int[]... lists) {
        return Arrays.stream(lists).allMatch(list -> list.length == 0)
                ? NOTHING
                : Arrays.stream(lists).flatMapToInt(Arrays::stream).toArray();
    }

    /** By demand its bit, or 0. */
    private long[] mostMade() {
        int[] times = new int[demands.size()];
        for (int[] each : made) {
            for (int demand : each) {
                times[demand]++;
            }
        }
        int[] most = IntStream.range(0, times.length)
                .filter(d -> times[d] > 0)
                .boxed()
                .sorted(Comparator.comparingInt(d -> -times[d]))
                .limit(COMMON)
                .mapToInt(Integer::intValue)
                .toArray();
        long[] assigned = new long[times.length];
        for (int k = 0; k < most.length; k++) {
            assigned[most[k]] = 1L << k;
        }
        return assigned;
    }

    private long word(int[] list) {
        long word = 0;
        for (int demand : list) {
            word |= bits[demand];
        }
        return word;
    }

    /** For how much hosts and containers count in all. */
    public int counted() {
        return counted;
    }

    /** Whether the demand is met by a count above 0; else by a count of 0. */
    public boolean isPresence(int demand) {
        return demands.get(demand).isPresence();
    }

    /** The demand's bit, or 0 where it is not one of the common ones. */
    public long bit(int demand) {
        return bits[demand];
    }

    /** The bits of all that the container demands. */
    public long common(int container) {
        return commonOf[container];
    }

    /** Those of the container's demands that have no bit. Not to be changed. */
    public int[] rare(int container) {
        return rareOf[container];
    }

    /** The bits that a host has which carries no label and nothing else. */
    public long commonOnEmptyHost() {
        return absences;
    }

    /** The demands that the host's labels count for. Not to be changed. */
    public int[] ofHost(int host) {
        return ofHost[host];
    }

    /** The demands that the container counts for wherever it is, on its way too. Not to be changed. */
    public int[] present(int container) {
        return present[container];
    }

    /** The demands for a companion that the container counts for where it is settled. Not to be changed. */
    public int[] settled(int container) {
        return settled[container];
    }

    /** Under which number it is counted how many want the companion that the demand asks for. */
    public int wanters(int companion) {
        return companion + 1;
    }

    /** Whether the container itself makes the demand. */
    public boolean makes(int container, int demand) {
        for (int each : made[container]) {
            if (each == demand) {
                return true;
            }
        }
        return false;
    }
}
