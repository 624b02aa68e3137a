package org.livemigrate.scheduler.synthetic;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.History;

/** An hour before a snapshot, for policies that look back: twelve samples, five minutes apart as in the literature. */
public final class PastHour {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration STEP = Duration.ofMinutes(5);
    private static final int SAMPLES = 12;
    private static final int LEAST_PERCENT = 80;
    private static final int MOST_PERCENT = 120;

    private PastHour() {}

    /** The same with that hour, in which each container used 80 to 120 % of what it uses now, drawn evenly. */
    public static ClusterSnapshot before(ClusterSnapshot now, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Instant> times = new ArrayList<>();
        long[][] hosts = new long[SAMPLES][now.hostCount()];
        long[][] containers = new long[SAMPLES][now.containerCount()];
        for (int s = 0; s < SAMPLES; s++) {
            times.add(NOW.minus(STEP.multipliedBy(SAMPLES - s)));
            for (int c = 0; c < now.containerCount(); c++) {
                containers[s][c] = now.cpuMillicores(c) * random.nextInt(LEAST_PERCENT, MOST_PERCENT + 1) / 100;
                hosts[s][now.hostOf(c)] += containers[s][c];
            }
        }
        return now.revise()
                .time(NOW)
                .history(new History(times, hosts, containers))
                .build();
    }
}
