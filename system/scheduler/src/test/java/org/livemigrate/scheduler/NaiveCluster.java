package org.livemigrate.scheduler;

import java.math.BigInteger;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.model.InFlightMove;
import org.livemigrate.scheduler.model.Label;

/**
 * A cluster as one would write it on a blackboard: maps by id, sums added up anew for every question, arbitrary
 * precision. It shares no code with what it judges but the records.
 */
public final class NaiveCluster {
    public final ClusterSnapshot snapshot;
    public final TreeMap<String, Host> hosts = new TreeMap<>();
    public final TreeMap<String, Container> containers = new TreeMap<>();
    public final TreeMap<String, String> placement = new TreeMap<>();
    private final Map<String, InFlightMove> inFlight = new TreeMap<>();
    private final Map<String, TreeSet<String>> here = new TreeMap<>();
    private final Fraction headroom;

    public NaiveCluster(ClusterSnapshot snapshot, Fraction headroom) {
        this.snapshot = snapshot;
        this.headroom = headroom;
        for (int h = 0; h < snapshot.hostCount(); h++) {
            hosts.put(snapshot.hostId(h), snapshot.host(h));
            here.put(snapshot.hostId(h), new TreeSet<>());
        }
        for (int c = 0; c < snapshot.containerCount(); c++) {
            Container container = snapshot.container(c);
            containers.put(container.id(), container);
            placement.put(container.id(), container.hostId());
            here.get(container.hostId()).add(container.id());
        }
        for (InFlightMove move : snapshot.inFlightMoves()) {
            inFlight.put(move.containerId(), move);
            for (String end : List.of(move.fromHostId(), move.toHostId())) {
                if (hosts.containsKey(end)) {
                    here.get(end).add(move.containerId());
                }
            }
        }
    }

    /** Containers on the host, and those in flight to or from it. */
    public List<Container> present(String host) {
        return here.get(host).stream().map(containers::get).toList();
    }

    public List<Container> settled(String host) {
        return present(host).stream().filter(c -> !inFlight.containsKey(c.id())).toList();
    }

    public BigInteger cpu(String host) {
        return BigInteger.valueOf(
                present(host).stream().mapToLong(Container::cpuMillicores).sum());
    }

    public BigInteger memory(String host) {
        return BigInteger.valueOf(
                present(host).stream().mapToLong(Container::memoryBytes).sum());
    }

    public boolean isAbove(String host, Fraction target) {
        return compare(
                        cpu(host),
                        capacity(host),
                        BigInteger.valueOf(target.numerator()),
                        BigInteger.valueOf(target.denominator()))
                > 0;
    }

    /** Compares a/b with c/d. */
    public static int compare(BigInteger a, BigInteger b, BigInteger c, BigInteger d) {
        return a.multiply(d).compareTo(c.multiply(b));
    }

    public BigInteger capacity(String host) {
        return BigInteger.valueOf(hosts.get(host).capacityMillicores());
    }

    public boolean isMovable(String container) {
        return !inFlight.containsKey(container)
                && !containers.get(container).constraints().pinned()
                && !snapshot.isHeld(snapshot.containerIndex(container));
    }

    /** {@code used + more <= capacity × (1 - headroom)}. */
    private boolean fits(BigInteger used, long more, BigInteger capacity) {
        BigInteger left = used.add(BigInteger.valueOf(more)).multiply(BigInteger.valueOf(headroom.denominator()));
        BigInteger right = capacity.multiply(BigInteger.valueOf(headroom.denominator() - headroom.numerator()));
        return left.compareTo(right) <= 0;
    }

    public boolean hasRoom(String container, String host) {
        Container c = containers.get(container);
        return fits(cpu(host), c.cpuMillicores(), capacity(host))
                && (hosts.get(host).hasUnlimitedMemory()
                        || fits(
                                memory(host),
                                c.memoryBytes(),
                                BigInteger.valueOf(hosts.get(host).memoryBytes())));
    }

    public boolean constraintsAllow(String container, String to) {
        String from = placement.get(container);
        Container c = containers.get(container);
        if (!snapshot.isCompatible(snapshot.hostIndex(from), snapshot.hostIndex(to))) {
            return false;
        }
        for (Label label : c.constraints().hostLabels()) {
            if (!label.isIn(hosts.get(to).labels())) {
                return false;
            }
        }
        for (Label label : c.constraints().affinity()) {
            if (settled(to).stream().noneMatch(other -> label.isIn(other.labels()))) {
                return false;
            }
        }
        for (Container other : present(to)) {
            if (c.constraints().antiAffinity().stream().anyMatch(label -> label.isIn(other.labels()))
                    || other.constraints().antiAffinity().stream().anyMatch(label -> label.isIn(c.labels()))
                    || !Collections.disjoint(
                            other.constraints().exclusive(), c.constraints().exclusive())) {
                return false;
            }
        }
        return keepsCompanions(c, from);
    }

    private boolean keepsCompanions(Container leaving, String from) {
        Set<Label> needed = new HashSet<>();
        for (Container other : present(from)) {
            if (!other.id().equals(leaving.id())) {
                needed.addAll(other.constraints().affinity());
            }
        }
        return needed.stream()
                .filter(label -> label.isIn(leaving.labels()))
                .allMatch(label -> settled(from).stream()
                        .anyMatch(other -> !other.id().equals(leaving.id()) && label.isIn(other.labels())));
    }

    public boolean isValid(String container, String to) {
        return isMovable(container)
                && !placement.get(container).equals(to)
                && hosts.get(to).schedulable()
                && hasRoom(container, to)
                && constraintsAllow(container, to);
    }

    public void move(String container, String to) {
        here.get(placement.put(container, to)).remove(container);
        here.get(to).add(container);
    }
}
