package org.livemigrate.simulator.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.World;

/**
 * Collects what a plot of a run shows: the load of each host of a small fleet, of a large one the most and the mean, and
 * when migrations began. A long run is thinned to a bound as it goes, keeping the most of each stretch.
 */
public final class LoadOverTime implements RunListener {
    /** More lines than this cannot be told apart. */
    static final int MOST_LINES = 8;

    private static final int MOST_POINTS = 2_000;

    /** One instant. */
    record Point(double hours, double[] loads, double mean) {}

    private final List<Point> points = new ArrayList<>();
    private final List<Double> migrations = new ArrayList<>();
    private String[] hosts = {};
    private int thinning = 1;
    private int skipped;

    @Override
    public void onSample(long nowUs, World world) {
        if (hosts.length == 0) {
            boolean few = world.hosts() <= MOST_LINES;
            hosts = new String[few ? world.hosts() : 1];
            for (int h = 0; h < hosts.length; h++) {
                hosts[h] = few ? world.hostId(h) : "fullest host";
            }
        }
        double[] loads = new double[hosts.length];
        double most = 0;
        double demand = 0;
        double capacity = 0;
        for (int h = 0; h < world.hosts(); h++) {
            double load = (double) world.hostMeters().demand(h) / world.host(h).capacityMillicores();
            if (hosts.length > 1 || world.hosts() == 1) {
                loads[h] = load;
            }
            most = Math.max(most, load);
            if (world.hostMeters().occupants(h) > 0) {
                demand += world.hostMeters().demand(h);
                capacity += world.host(h).capacityMillicores();
            }
        }
        if (world.hosts() > MOST_LINES) {
            loads[0] = most;
        }
        add(new Point(nowUs / 3.6e9, loads, capacity == 0 ? 0 : demand / capacity));
    }

    private void add(Point point) {
        if (skipped > 0) {
            Point last = points.get(points.size() - 1);
            for (int h = 0; h < point.loads.length; h++) {
                last.loads[h] = Math.max(last.loads[h], point.loads[h]);
            }
        } else {
            points.add(point);
        }
        skipped = (skipped + 1) % thinning;
        if (points.size() > MOST_POINTS) {
            List<Point> kept = new ArrayList<>();
            for (int k = 0; k + 1 < points.size(); k += 2) {
                Point a = points.get(k);
                Point b = points.get(k + 1);
                double[] most = new double[a.loads.length];
                Arrays.setAll(most, h -> Math.max(a.loads[h], b.loads[h]));
                kept.add(new Point(a.hours, most, (a.mean + b.mean) / 2));
            }
            points.clear();
            points.addAll(kept);
            thinning *= 2;
            skipped = 0;
        }
    }

    @Override
    public void onMigration(MigrationRecord migration) {
        migrations.add(migration.startedUs() / 3.6e9);
    }

    List<Point> points() {
        return points;
    }

    String[] hosts() {
        return hosts;
    }

    /** When migrations began, in hours, ascending. */
    double[] migrations() {
        return migrations.stream().mapToDouble(h -> h).sorted().toArray();
    }
}
