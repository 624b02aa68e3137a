package org.livemigrate.scheduler;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;
import org.livemigrate.scheduler.model.Compatibility;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.model.InFlightMove;
import org.livemigrate.scheduler.model.Label;
import org.livemigrate.scheduler.policy.PolicyParameters;

/**
 * Small fleets full of what makes scheduling hard: equal and unequal hosts, ties, tight memory, constraints, cordoned
 * hosts, containers in flight, incompatible hosts, hosts beyond their capacity. Everything follows from the seed.
 */
public final class RandomFleets {
    private final Random random;
    /** With many, there are more demands than have a bit of their own. */
    private int apps = 4;

    /** How much of what a drawn fleet has. */
    public record Fleet(List<Host> hosts, List<Container> containers, List<InFlightMove> inFlight, int[] classes) {
        /** The snapshot, listed in an order drawn from the seed. */
        public ClusterSnapshot snapshot(long listingSeed) {
            List<Host> hosts = new ArrayList<>(this.hosts);
            List<Container> containers = new ArrayList<>(this.containers);
            List<InFlightMove> inFlight = new ArrayList<>(this.inFlight);
            Random shuffle = new Random(listingSeed);
            Collections.shuffle(hosts, shuffle);
            Collections.shuffle(containers, shuffle);
            Collections.shuffle(inFlight, shuffle);
            ClusterSnapshotBuilder builder =
                    ClusterSnapshot.builder().hosts(hosts).containers(containers);
            inFlight.forEach(builder::inFlight);
            ClusterSnapshot snapshot = builder.build();
            if (classes == null) {
                return snapshot;
            }
            boolean[][] allowed = {{true, true, false}, {false, true, true}, {true, false, true}};
            return snapshot.revise()
                    .compatibility(new Compatibility(classes, allowed))
                    .build();
        }
    }

    public RandomFleets(long seed) {
        random = new Random(seed);
    }

    /** Target and headroom, often awkward fractions. */
    public PolicyParameters parameters() {
        Fraction target = random.nextBoolean()
                ? Fraction.percent(40 + random.nextInt(61))
                : new Fraction(1 + random.nextInt(997), 997);
        Fraction headroom = random.nextInt(3) == 0 ? new Fraction(random.nextInt(30), 97) : Fraction.ZERO;
        return PolicyParameters.target(target).withHeadroom(headroom);
    }

    public Fleet draw() {
        int hostCount = 1 + random.nextInt(random.nextInt(4) > 0 ? 6 : 24);
        int capacities = random.nextInt(4);
        boolean memoryTight = random.nextInt(3) == 0;
        boolean constrained = random.nextInt(3) == 0;
        if (constrained && random.nextInt(4) == 0) {
            apps = 60;
        }
        boolean ties = random.nextInt(3) == 0;
        double overallLoad = 0.2 + 0.9 * random.nextDouble();
        List<Host> hosts = new ArrayList<>();
        for (int h = 0; h < hostCount; h++) {
            long capacity = switch (capacities) {
                case 0 -> 1000;
                case 1 -> 1000L * (1 + random.nextInt(3));
                case 2 -> 500 + random.nextInt(4000);
                default -> random.nextInt(5) == 0 ? 100 + random.nextInt(100) : 2000;
            };
            long memory = !memoryTight
                    ? Host.UNLIMITED_MEMORY
                    : random.nextInt(6) == 0 ? Host.UNLIMITED_MEMORY : 50 + random.nextInt(200);
            Map<String, String> labels = constrained ? Map.of("zone", random.nextBoolean() ? "a" : "b") : Map.of();
            hosts.add(new Host("h" + h, capacity, memory, labels, random.nextInt(10) != 0));
        }
        List<Container> containers = drawContainers(hosts, overallLoad, ties, memoryTight, constrained);
        List<InFlightMove> inFlight = random.nextInt(3) == 0 ? drawInFlight(hosts, containers) : List.of();
        int[] classes = random.nextInt(6) != 0
                ? null
                : hosts.stream().mapToInt(h -> random.nextInt(3)).toArray();
        return new Fleet(hosts, containers, inFlight, classes);
    }

    private List<Container> drawContainers(
            List<Host> hosts, double overallLoad, boolean ties, boolean memoryTight, boolean constrained) {
        List<Container> containers = new ArrayList<>();
        for (Host host : hosts) {
            double load = overallLoad * 2 * random.nextDouble();
            long left = (long) (load * host.capacityMillicores());
            while (left > 0 && containers.size() < 150) {
                long cpu = ties ? 50L * (1 + random.nextInt(4)) : 1 + random.nextInt((int) Math.max(2, left));
                left -= cpu;
                long memory = memoryTight ? random.nextInt(60) : random.nextInt(5);
                Container container = new Container(
                        "c" + containers.size(),
                        null,
                        host.id(),
                        cpu,
                        memory,
                        constrained ? Map.of("app", "" + random.nextInt(apps)) : Map.of(),
                        constrained ? drawConstraints() : Constraints.NONE,
                        false);
                containers.add(container);
            }
        }
        return containers;
    }

    private Constraints drawConstraints() {
        List<Label> none = List.of();
        Label app = new Label("app", "" + random.nextInt(apps));
        return switch (random.nextInt(11)) {
            case 0 -> Constraints.PINNED;
            case 1 -> Constraints.onHostsWith(new Label("zone", random.nextBoolean() ? "a" : "b"));
            case 2 -> Constraints.with(app);
            case 3, 4 -> Constraints.apartFrom(app);
            case 5 -> Constraints.of(false, none, List.of(app), List.of(new Label("app", "3")), List.of());
            case 6 -> Constraints.alone("port " + random.nextInt(4));
            case 7 ->
                Constraints.apartFrom(app).andAlone("port " + random.nextInt(4)).andAlone("gpu");
            default -> Constraints.NONE;
        };
    }

    private List<InFlightMove> drawInFlight(List<Host> hosts, List<Container> containers) {
        List<InFlightMove> moves = new ArrayList<>();
        Set<String> used = new TreeSet<>();
        for (int k = 0; k < 3 && !containers.isEmpty(); k++) {
            Container container = containers.get(random.nextInt(containers.size()));
            String to = random.nextInt(8) == 0
                    ? "gone"
                    : hosts.get(random.nextInt(hosts.size())).id();
            if (!to.equals(container.hostId()) && used.add(container.id())) {
                moves.add(new InFlightMove(container.id(), container.hostId(), to, Instant.EPOCH));
            }
        }
        return moves;
    }

    /** For tests that look containers up by id. */
    public static Map<String, Container> byId(ClusterSnapshot snapshot) {
        Map<String, Container> map = new HashMap<>();
        for (int c = 0; c < snapshot.containerCount(); c++) {
            map.put(snapshot.containerId(c), snapshot.container(c));
        }
        return map;
    }
}
