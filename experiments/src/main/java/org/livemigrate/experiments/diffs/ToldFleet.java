package org.livemigrate.experiments.diffs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.stats.ContainerSample;
import org.livemigrate.protocol.stats.DiffThreshold;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsDiffer;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.HostLoads;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Series;

/** A fleet twice: as it is, and as a controller knows it from the differences it was told. */
final class ToldFleet {
    static final int HOSTS = 50;
    static final long CAPACITY_MILLICORES = 4000;
    private static final long CONTAINER_MILLICORES = 1000;

    /** What is counted over all samples. */
    static final class Counts {
        long messages;
        long entries;
        long jsonBytes;
        long overloaded;
        long missed;
        long falseAlarms;
        long overAfterPlan;
        long overAfterPlanOnTruth;
        long migrations;
        long migrationsOnTruth;
    }

    private final Policy policy;
    private final Fraction target;
    private final Counts counts = new Counts();
    private final StatsDiffer[] agents = new StatsDiffer[HOSTS];
    private final ClusterSnapshot base;
    private final long[] told;

    ToldFleet(List<Series> series, DiffThreshold threshold, Policy policy, Fraction target) {
        this.policy = policy;
        this.target = target;
        ClusterSnapshotBuilder builder = ClusterSnapshot.builder();
        for (int h = 0; h < HOSTS; h++) {
            builder.host(hostId(h), CAPACITY_MILLICORES);
            agents[h] = new StatsDiffer(hostId(h), "1", threshold);
        }
        for (int c = 0; c < series.size(); c++) {
            builder.container(series.get(c).name(), hostId(c % HOSTS), 0);
        }
        base = builder.build();
        told = new long[series.size()];
    }

    private static String hostId(int host) {
        return String.format(Locale.ROOT, "h%03d", host);
    }

    /** A row of the trace: agents tell what they must, and both pictures are planned for. */
    void sample(byte[] row, Instant at) {
        long[] truth = new long[row.length];
        List<List<ContainerSample>> byHost = new ArrayList<>();
        for (int h = 0; h < HOSTS; h++) {
            byHost.add(new ArrayList<>());
        }
        for (int c = 0; c < row.length; c++) {
            // trace and snapshot are both sorted by name, so their indices agree
            truth[c] = row[c] == Samples.ABSENT ? 0 : Math.round(Samples.percent(row[c]) * CONTAINER_MILLICORES / 100);
            String id = base.containerId(c);
            byHost.get(base.hostOf(c)).add(new ContainerSample(id, id, truth[c], 0, Map.of()));
        }
        for (int h = 0; h < HOSTS; h++) {
            tell(agents[h].next(byHost.get(h), at));
        }
        compare(base.withDemand(at, truth), base.withDemand(at, told.clone()));
    }

    private void tell(StatsDiff diff) {
        if (diff.isEmpty()) {
            return;
        }
        counts.messages++;
        counts.entries += diff.changed().size();
        counts.jsonBytes += Json.mapper().writeValueAsBytes(diff).length;
        for (ContainerSample sample : diff.changed()) {
            told[base.containerIndex(sample.id())] = sample.cpuMillicores();
        }
    }

    private void compare(ClusterSnapshot truth, ClusterSnapshot picture) {
        HostLoads trueLoads = HostLoads.of(truth);
        HostLoads toldLoads = HostLoads.of(picture);
        for (int h = 0; h < HOSTS; h++) {
            boolean isOver = trueLoads.isAbove(h, target);
            boolean seemsOver = toldLoads.isAbove(h, target);
            counts.overloaded += isOver ? 1 : 0;
            counts.missed += isOver && !seemsOver ? 1 : 0;
            counts.falseAlarms += seemsOver && !isOver ? 1 : 0;
        }
        MigrationPlan onTruth = policy.plan(truth);
        MigrationPlan onPicture = policy.plan(picture);
        counts.overAfterPlanOnTruth += onTruth.overTarget().size();
        counts.overAfterPlan += overAfter(truth, onPicture);
        counts.migrationsOnTruth += onTruth.migrations().size();
        counts.migrations += onPicture.migrations().size();
    }

    /** How many hosts are above target when that plan meets what containers really ask for. */
    private long overAfter(ClusterSnapshot truth, MigrationPlan plan) {
        long[] load = truth.copyHostCpuMillicores();
        for (Migration migration : plan.migrations()) {
            long demand = truth.cpuMillicores(truth.containerIndex(migration.container()));
            load[truth.hostIndex(migration.from())] -= demand;
            load[truth.hostIndex(migration.to())] += demand;
        }
        return MigrationPlan.hostsAbove(HostLoads.of(truth, load), target).size();
    }

    Counts counts() {
        return counts;
    }
}
