package org.livemigrate.experiments.optimality;

import java.util.Arrays;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.chocosolver.solver.Model;
import org.chocosolver.solver.Solver;
import org.chocosolver.solver.search.strategy.Search;
import org.chocosolver.solver.search.strategy.selectors.variables.InputOrder;
import org.chocosolver.solver.variables.IntVar;
import org.livemigrate.scheduler.model.ClusterSnapshot;

/**
 * The lowest load that the most loaded host can have when every container may be anywhere, for equal hosts whose memory
 * is no limit: bin packing with a variable height, by Choco. Proven, or not answered: the search ends after a number of
 * nodes and not after a time, so that every machine gives the same answer.
 */
final class BestPlacement {
    static final long MAX_NODES = 30_000;

    private BestPlacement() {}

    /** {@code ceil(sum / hosts)} in whole units of which all containers are made: no placement can be better. */
    static long fractionalBound(ClusterSnapshot snapshot) {
        long sum = Arrays.stream(snapshot.copyHostCpuMillicores()).sum() / SkewedFleet.UNIT_MILLICORES;
        return (sum + snapshot.hostCount() - 1) / snapshot.hostCount() * SkewedFleet.UNIT_MILLICORES;
    }

    /** The proven optimum in millicores; empty when the search ended before it was proven. */
    static OptionalLong provenOptimum(ClusterSnapshot snapshot) {
        int hosts = snapshot.hostCount();
        int[] size = IntStream.range(0, snapshot.containerCount())
                .boxed()
                .sorted(Comparator.comparingLong(c -> -snapshot.cpuMillicores(c)))
                .mapToInt(c -> Math.toIntExact(snapshot.cpuMillicores(c) / SkewedFleet.UNIT_MILLICORES))
                .toArray();
        int low = Math.toIntExact(Math.max(fractionalBound(snapshot) / SkewedFleet.UNIT_MILLICORES, size[0]));
        int high = worstFitDecreasing(size, hosts);
        if (low == high) {
            return OptionalLong.of(low * SkewedFleet.UNIT_MILLICORES);
        }
        Model model = new Model("lowest highest load");
        IntVar[] place = new IntVar[size.length];
        for (int c = 0; c < size.length; c++) {
            // equal hosts: the k-th container need not look beyond the k-th host
            place[c] = model.intVar("c" + c, 0, Math.min(c, hosts - 1));
        }
        IntVar[] load = model.intVarArray("load", hosts, 0, high);
        IntVar highest = model.intVar("highest", low, high);
        model.binPacking(place, size, load, 0).post();
        model.max(highest, load).post();
        model.setObjective(Model.MINIMIZE, highest);
        Solver solver = model.getSolver();
        solver.setSearch(
                Search.intVarSearch(new InputOrder<>(model), v -> leastLoaded(v, load), place),
                Search.inputOrderLBSearch(highest));
        solver.limitNode(MAX_NODES);
        long best = high;
        while (solver.solve()) {
            best = highest.getValue();
        }
        return solver.isStopCriterionMet() && best > low
                ? OptionalLong.empty()
                : OptionalLong.of(best * SkewedFleet.UNIT_MILLICORES);
    }

    private static int leastLoaded(IntVar place, IntVar[] load) {
        int least = place.getLB();
        for (int h = place.getLB(); h <= place.getUB(); h = place.nextValue(h)) {
            least = load[h].getLB() < load[least].getLB() ? h : least;
        }
        return least;
    }

    /** A placement that there is: the optimum is at most its highest load. */
    private static int worstFitDecreasing(int[] descending, int hosts) {
        int[] load = new int[hosts];
        for (int size : descending) {
            int least = 0;
            for (int h = 1; h < hosts; h++) {
                least = load[h] < load[least] ? h : least;
            }
            load[least] += size;
        }
        return Arrays.stream(load).max().orElseThrow();
    }
}
