package org.livemigrate.protocol.migration;

/**
 * What an engine measured of its own work in one step, apart from what the protocol around it takes (claims, checksums,
 * waiting).
 *
 * @param commandMs the dump (FREEZE) or the restore (RESTORE) itself, from its command's start to its end: the report's
 *     two columns, "checkpoint" and "restore"
 * @param dump CRIU's own account of a dump; absent when it left none
 * @param restore CRIU's own account of a restore; absent when it left none
 */
public record Measures(long commandMs, CriuDump dump, CriuRestore restore) {

    /**
     * CRIU's {@code dump_stats_entry} (criu/images/stats.proto); times in microseconds, memory in pages.
     *
     * @param freezingUs until all processes stood still
     * @param frozenUs how long they stood still until CRIU was done with them
     * @param memDumpUs draining memory into pipes
     * @param memWriteUs writing it into image files
     * @param pagesScanned looked at
     * @param pagesSkippedParent not written because the parent images hold them unchanged
     * @param pagesWritten into this dump's images
     * @param pagesLazy left for later
     */
    public record CriuDump(
            long freezingUs,
            long frozenUs,
            long memDumpUs,
            long memWriteUs,
            long pagesScanned,
            long pagesSkippedParent,
            long pagesWritten,
            long pagesLazy) {}

    /**
     * CRIU's {@code restore_stats_entry}.
     *
     * @param pagesCompared with pages that a forked process shares with its parent
     * @param pagesSkippedCow found to be the same there
     * @param forkingUs making the processes
     * @param restoreUs all of the restore
     * @param pagesRestored written into memory
     */
    public record CriuRestore(
            long pagesCompared, long pagesSkippedCow, long forkingUs, long restoreUs, long pagesRestored) {}
}
