package org.livemigrate.scheduler.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.livemigrate.scheduler.fleet.HostRecord.Entry;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.model.InFlightMove;
import org.livemigrate.scheduler.model.PastMove;

/**
 * One snapshot in the making: decides which host has a container that several report. Containers that bear the same name
 * may not meet on one host: no runtime takes the second.
 */
final class FleetPicture {
    private record Claim(String hostId, Entry entry) {
        boolean goesBefore(Claim other) {
            if (entry.demoted() != other.entry.demoted()) {
                return other.entry.demoted();
            }
            return entry.appearedAt().isAfter(other.entry.appearedAt());
        }
    }

    private final ClusterSnapshotBuilder builder;
    private final Map<String, Claim> claims = new HashMap<>();
    private final List<Container> containers = new ArrayList<>();
    private final Set<String> alive = new HashSet<>();
    private final Set<String> unbelieved = new HashSet<>();

    FleetPicture(Instant now) {
        builder = ClusterSnapshot.builder().time(now);
    }

    /** To be called in fleet order, so that of equal claims the first host's stands. */
    void add(HostRecord known, Instant now, Duration expiry) {
        Host host = known.facts.withSchedulable(known.believed && !known.cordoned);
        builder.host(host);
        alive.add(host.id());
        if (!known.believed) {
            unbelieved.add(host.id());
        }
        known.containers.forEach((id, entry) -> {
            if (!entry.isBelieved(now, expiry)) {
                return;
            }
            Claim claim = new Claim(host.id(), entry);
            claims.merge(id, claim, (first, second) -> second.goesBefore(first) ? second : first);
        });
    }

    /** Replaces what hosts say of a container in flight by what the executor knows. */
    void addFlight(InFlightMove move, ContainerStats stats) {
        claims.remove(move.containerId());
        String at = alive.contains(move.fromHostId())
                ? move.fromHostId()
                : alive.contains(move.toHostId()) ? move.toHostId() : null;
        if (at != null) {
            containers.add(FleetView.toContainer(stats, at));
            builder.inFlight(move);
        }
    }

    ClusterSnapshot build(FleetSettings settings, List<PastMove> lastMoves, Collection<ClusterSnapshot> samples) {
        claims.values().forEach(claim -> containers.add(FleetView.toContainer(claim.entry.stats(), claim.hostId)));
        addContainers();
        lastMoves.forEach(builder::lastMove);
        ClusterSnapshot plain = builder.build();
        return plain.revise()
                .censored(censored(plain, settings))
                .held(held(plain))
                .history(SampleHistory.of(plain, new ArrayList<>(samples)))
                .build();
    }

    private void addContainers() {
        Set<String> names = new HashSet<>();
        Set<String> shared = new HashSet<>();
        for (Container container : containers) {
            if (!names.add(container.name())) {
                shared.add(container.name());
            }
        }
        for (Container container : containers) {
            builder.container(
                    shared.contains(container.name())
                            ? container.withConstraints(container.constraints().andAlone("name " + container.name()))
                            : container);
        }
    }

    private static boolean[] censored(ClusterSnapshot snapshot, FleetSettings settings) {
        boolean[] censored = new boolean[snapshot.containerCount()];
        for (int h = 0; h < snapshot.hostCount(); h++) {
            if (settings.saturatedAt().isExceededBy(snapshot.hostCpuMillicores(h), snapshot.capacityMillicores(h))) {
                for (int k = 0; k < snapshot.containerCountOn(h); k++) {
                    censored[snapshot.containerOn(h, k)] = true;
                }
            }
        }
        return censored;
    }

    private boolean[] held(ClusterSnapshot snapshot) {
        if (unbelieved.isEmpty()) {
            return null;
        }
        boolean[] held = new boolean[snapshot.containerCount()];
        for (int c = 0; c < held.length; c++) {
            held[c] = unbelieved.contains(snapshot.hostId(snapshot.hostOf(c)));
        }
        return held;
    }
}
