package org.livemigrate.simulator.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.sweep.Shard;

/** Shards of a sweep, put together again. */
public final class Shards {
    private Shards() {}

    /**
     * The runs in the order of the whole sweep: shard k of n has the runs k, k + n, k + 2n, ….
     *
     * @throws IllegalArgumentException when a shard is missing, is there twice, or is of another sweep
     */
    public static List<RunResult> merge(List<Reports.Document> parts) {
        Reports.Document[] byNumber = null;
        for (Reports.Document part : parts) {
            Shard shard = Shard.parse(part.shard());
            if (byNumber == null) {
                byNumber = new Reports.Document[shard.of()];
            }
            Reports.Document first = parts.get(0);
            if (shard.of() != byNumber.length
                    || !part.trace().equals(first.trace())
                    || !part.hosts().equals(first.hosts())) {
                throw new IllegalArgumentException("shard " + part.shard() + " of " + part.trace() + " on "
                        + part.hosts() + " does not belong to shard " + first.shard() + " of " + first.trace() + " on "
                        + first.hosts());
            }
            if (!Objects.equals(part.sweep(), first.sweep())) {
                throw new IllegalArgumentException("shard " + part.shard() + " was made with other options than shard "
                        + first.shard() + ", or by another release: make all shards of a sweep alike");
            }
            if (byNumber[shard.number()] != null) {
                throw new IllegalArgumentException("shard " + part.shard() + " is there twice");
            }
            byNumber[shard.number()] = part;
        }
        List<RunResult> runs = new ArrayList<>();
        for (int k = 0; k < byNumber.length; k++) {
            if (byNumber[k] == null) {
                throw new IllegalArgumentException("shard " + k + "/" + byNumber.length + " is missing");
            }
        }
        for (int row = 0; row < byNumber[0].runs().size(); row++) {
            for (Reports.Document part : byNumber) {
                if (row < part.runs().size()) {
                    runs.add(part.runs().get(row));
                }
            }
        }
        return runs;
    }
}
