package org.livemigrate.benchmarks.migration.row;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.livemigrate.protocol.migration.Measures;

/**
 * One migration as it was measured, and one line of the output: {@code benchmarks/row.schema.json} is its schema. What
 * could not be measured is absent, never 0.
 *
 * @param key names the run; an interrupted sweep goes on with those that have no row
 * @param workload by name
 * @param engine of the migration
 * @param rounds of pre-dumps that were asked for, at most where there is a budget
 * @param delayMs between them
 * @param compression of the images
 * @param downtimeBudgetMs at which the engine's own rule was to end the pre-dumps; absent when all were to be made
 * @param lab where it was measured
 * @param from source host
 * @param to target host
 * @param repeat 1, 2, …
 * @param warmup left out of the statistics
 * @param startedAt on this machine's clock
 * @param outcome {@code committed}, {@code rolled-back}, {@code failed}, {@code refused}, {@code timed-out}, or {@code
 *     not-measured} when the container itself could not be made or observed
 * @param reason absent when it committed and all was measured
 * @param checkpointMs the dump's command alone: the report's first column
 * @param restoreMs the restore's command alone: the report's second column
 * @param freezeMs how long CRIU held the processes frozen during the final dump
 * @param downtimeFeltMs the longest gap between two ticks of the container around the migration
 * @param downtimeApiMs from sending FREEZE to RESTORE's answer
 * @param gapP99BeforeMs 99th percentile of the gaps before the order
 * @param totalMs from the order to its end
 * @param phasesMs as the controller saw them
 * @param bytes that all pre-dumps and the final dump wrote
 * @param bytesWritten into the store, pre-dumps included
 * @param bytesRead size of the images restored from, as the source wrote them
 * @param cpuMillicoresBefore the container's CPU use before
 * @param memoryBytesBefore the container's memory before
 * @param roundsDetail one entry a pre-dump that was made
 * @param criu CRIU's own account of dump and restore
 * @param ticks whether the same process went on counting
 * @param replies of the server that was moved; absent where no client checks any
 * @param clock how the target's clock stood against the source's; the felt downtime is corrected by it
 * @param store the checkpoint store
 * @param environment what it ran on
 * @param notes what the system had to say
 */
public record Row(
        String key,
        String workload,
        String engine,
        int rounds,
        long delayMs,
        String compression,
        Long downtimeBudgetMs,
        String lab,
        String from,
        String to,
        int repeat,
        boolean warmup,
        Instant startedAt,
        String outcome,
        String reason,
        Long checkpointMs,
        Long restoreMs,
        Double freezeMs,
        Double downtimeFeltMs,
        Long downtimeApiMs,
        Double gapP99BeforeMs,
        Long totalMs,
        Map<String, Long> phasesMs,
        Long bytes,
        Long bytesWritten,
        Long bytesRead,
        Long cpuMillicoresBefore,
        Long memoryBytesBefore,
        List<Round> roundsDetail,
        Criu criu,
        Ticks ticks,
        Replies replies,
        Clock clock,
        Store store,
        Environment environment,
        List<String> notes) {

    public static final String COMMITTED = "committed";
    public static final String TIMED_OUT = "timed-out";
    public static final String NOT_MEASURED = "not-measured";

    public Row {
        phasesMs = phasesMs == null ? Map.of() : phasesMs;
        roundsDetail = roundsDetail == null ? List.of() : List.copyOf(roundsDetail);
        notes = notes == null ? List.of() : List.copyOf(notes);
    }

    /** Whether it counts in the statistics. */
    public boolean counts() {
        return !warmup && outcome.equals(COMMITTED);
    }

    /**
     * What no engine could go below, by CRIU's own clock: to freeze, to write the last dump's pages into the store, and to
     * restore the process tree (with its memory, unless that is served later). Null where CRIU's figures are missing.
     */
    public Double floorMs() {
        if (criu == null || criu.dump() == null || criu.restore() == null) {
            return null;
        }
        return (criu.dump().freezingUs()
                        + criu.dump().memWriteUs()
                        + criu.restore().restoreUs())
                / 1e3;
    }

    /** How far the felt downtime lies above {@link #floorMs}; null where one of the two is missing. */
    public Double aboveFloorMs() {
        Double floor = floorMs();
        return floor == null || downtimeFeltMs == null ? null : downtimeFeltMs - floor;
    }

    /**
     * One pre-dump.
     *
     * @param round 1, 2, …
     * @param ms its command took
     * @param bytes it wrote
     * @param pages CRIU wrote
     * @param pagesSkipped CRIU left out since an earlier round holds them unchanged
     */
    public record Round(int round, long ms, long bytes, Long pages, Long pagesSkipped) {}

    /** CRIU's {@code stats-dump} and {@code stats-restore}. */
    public record Criu(Measures.CriuDump dump, Measures.CriuRestore restore) {}

    /**
     * What the ticker's log proves.
     *
     * @param lost counts that are missing
     * @param repeated counts that were written twice
     * @param restarted whether another process counts
     */
    public record Ticks(long lost, long repeated, boolean restarted) {}

    /**
     * What the client of a server that was moved has seen, over one connection that lasts. A client that moves with its server
     * stands still with it, and has seen nothing of what lies between.
     *
     * @param before replies that were checked before the migration
     * @param during from the order to its end; absent where the client moved too
     * @param after all until some time after it
     * @param wrong replies, broken connections included
     * @param longestGapMs between two replies from the order until some time after the end; absent where the client moved too
     */
    public record Replies(long before, Long during, long after, long wrong, Double longestGapMs) {}

    /** The target's clock against the source's, as {@code ClockOffset} estimates it. */
    public record Clock(double offsetMs, double uncertaintyMs) {}

    /** As {@code Inventory.Store}. */
    public record Store(String fs, String cache, Double delayMs, Double rateMBps) {
        /** The same with another delay. */
        public Store withDelayMs(Double value) {
            return new Store(fs, cache, value, rateMBps);
        }
    }

    /**
     * What a row was measured on.
     *
     * @param machine processor, cores, memory
     * @param kernel of the hosts
     * @param versions of podman, runc, criu, agent
     * @param virtualisation {@code none} or what systemd-detect-virt names it; without that, by lscpu's word
     * @param commit of this repository, with {@code -dirty} when it was changed
     * @param seed of the sweep's order
     * @param loadAverage of the machine that drives, over the last minute, when the run began
     */
    public record Environment(
            String machine,
            String kernel,
            Map<String, String> versions,
            String virtualisation,
            String commit,
            long seed,
            Double loadAverage) {}
}
