package org.livemigrate.protocol.host;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Compatibility;

/**
 * Whether what one host checkpoints can be restored on another, as far as their facts tell: the same runtime, the same
 * checkpoint store, an engine in common. PREPARE looks closer.
 */
public final class HostMatch {

    /** What makes hosts alike. */
    private record Kind(String runtime, String storeId, List<String> engines) {
        static Kind of(HostFacts facts) {
            List<String> engines = new ArrayList<>(facts.engines());
            Collections.sort(engines);
            return new Kind(facts.runtime(), facts.storeId(), engines);
        }

        boolean mayServe(Kind other) {
            return runtime.equals(other.runtime)
                    && Objects.equals(storeId, other.storeId)
                    && !Collections.disjoint(engines, other.engines);
        }
    }

    private HostMatch() {}

    /**
     * For every pair of the snapshot's hosts; {@code null} when all are alike.
     *
     * @param facts of each host, by id
     */
    public static Compatibility of(ClusterSnapshot snapshot, Function<String, HostFacts> facts) {
        List<Kind> kinds = new ArrayList<>();
        int[] kindOfHost = new int[snapshot.hostCount()];
        for (int h = 0; h < kindOfHost.length; h++) {
            Kind kind = Kind.of(facts.apply(snapshot.hostId(h)));
            int known = kinds.indexOf(kind);
            if (known < 0) {
                known = kinds.size();
                kinds.add(kind);
            }
            kindOfHost[h] = known;
        }
        if (kinds.size() <= 1) {
            return null;
        }
        boolean[][] allowed = new boolean[kinds.size()][kinds.size()];
        for (int a = 0; a < allowed.length; a++) {
            for (int b = 0; b < allowed.length; b++) {
                allowed[a][b] = kinds.get(a).mayServe(kinds.get(b));
            }
        }
        return new Compatibility(kindOfHost, allowed);
    }

    /**
     * The options with an engine that both hosts have: the one that is asked for if they have it, else the source's
     * first that the target has too.
     *
     * @return empty when they have none in common
     */
    public static Optional<MigrationOptions> withCommonEngine(
            MigrationOptions options, HostFacts source, HostFacts target) {
        List<String> common = new ArrayList<>(source.engines());
        common.retainAll(target.engines());
        if (common.contains(options.engine())) {
            return Optional.of(options);
        }
        return common.stream().findFirst().map(options::withEngine);
    }
}
