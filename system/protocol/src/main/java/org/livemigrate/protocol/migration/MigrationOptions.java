package org.livemigrate.protocol.migration;

import java.util.List;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * How a migration is to be carried out.
 *
 * @param engine {@code podman}, {@code live} or {@code modelled}
 * @param preDumpRounds pre-dumps before the freeze (the report: 10); the source says so and makes none where the kernel
 *     cannot track dirty pages
 * @param preDumpDelayMs pause between them
 * @param compression of the checkpoint archive: {@code none}, {@code zstd}, {@code gzip}
 * @param tcpEstablished carry established TCP connections
 * @param verifyTimeoutMs how long VERIFY waits for the container to be seen running
 * @param restore {@code live} engine: {@code lazy} (the container runs before its memory is in) or {@code eager};
 *     absent: lazy where the target can and there is memory worth waiting for
 * @param downtimeBudgetMs {@code live} engine: pre-dumps end as soon as the downtime that is predicted is no longer than
 *     this, or when they do not pay; absent: as many rounds as {@code preDumpRounds} says
 */
public record MigrationOptions(
        String engine,
        int preDumpRounds,
        long preDumpDelayMs,
        String compression,
        boolean tcpEstablished,
        long verifyTimeoutMs,
        String restore,
        Long downtimeBudgetMs) {

    public static final String LAZY = "lazy";
    public static final String EAGER = "eager";

    /** The podman engine as an operator would start: no pre-dumps, no compression, connections carried. */
    public static final MigrationOptions DEFAULT = new MigrationOptions("podman", 0, 1_000, "none", true, 10_000);

    // every migration ends, whatever is asked of it
    private static final long LONGEST_PRE_DUMP_DELAY_MS = 60_000;
    private static final long LONGEST_VERIFY_TIMEOUT_MS = 600_000;

    public MigrationOptions {
        if (engine == null
                || compression == null
                || !List.of("none", "zstd", "gzip").contains(compression)) {
            throw new ProblemException(Problem.badRequest("migration options: engine \"" + engine + "\", compression \""
                    + compression + "\": name an engine, and none, zstd or gzip."));
        }
        boolean rounds = preDumpRounds >= 0 && preDumpRounds <= 100;
        boolean delay = preDumpDelayMs >= 0 && preDumpDelayMs <= LONGEST_PRE_DUMP_DELAY_MS;
        boolean verify = verifyTimeoutMs > 0 && verifyTimeoutMs <= LONGEST_VERIFY_TIMEOUT_MS;
        if (!rounds || !delay || !verify) {
            throw new ProblemException(Problem.badRequest("migration options: " + preDumpRounds
                    + " pre-dump rounds with " + preDumpDelayMs + " ms between them, " + verifyTimeoutMs
                    + " ms to verify: write 0 to 100 rounds, 0 to " + LONGEST_PRE_DUMP_DELAY_MS + " ms, and 1 to "
                    + LONGEST_VERIFY_TIMEOUT_MS + " ms to verify."));
        }
        if (restore != null && !List.of(LAZY, EAGER).contains(restore)
                || downtimeBudgetMs != null && downtimeBudgetMs < 0) {
            throw new ProblemException(Problem.badRequest("migration options: restore \"" + restore
                    + "\", downtime budget " + downtimeBudgetMs + " ms: write lazy or eager, and 0 or more ms."));
        }
    }

    /** With the restore and the rounds that the report has. */
    public MigrationOptions(
            String engine,
            int preDumpRounds,
            long preDumpDelayMs,
            String compression,
            boolean tcpEstablished,
            long verifyTimeoutMs) {
        this(engine, preDumpRounds, preDumpDelayMs, compression, tcpEstablished, verifyTimeoutMs, null, null);
    }

    public MigrationOptions withEngine(String other) {
        return new MigrationOptions(
                other,
                preDumpRounds,
                preDumpDelayMs,
                compression,
                tcpEstablished,
                verifyTimeoutMs,
                restore,
                downtimeBudgetMs);
    }

    public MigrationOptions withRestore(String other) {
        return new MigrationOptions(
                engine,
                preDumpRounds,
                preDumpDelayMs,
                compression,
                tcpEstablished,
                verifyTimeoutMs,
                other,
                downtimeBudgetMs);
    }

    /** Whether VERIFY may have to wait for memory. */
    public boolean mayRestoreLazily() {
        return engine.equals("live") && !EAGER.equals(restore);
    }
}
