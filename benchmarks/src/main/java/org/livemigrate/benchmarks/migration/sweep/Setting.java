package org.livemigrate.benchmarks.migration.sweep;

/**
 * One cell of the grid: what is moved, and how.
 *
 * @param workload by name
 * @param engine {@code podman}, {@code live}, …
 * @param rounds pre-dumps before the freeze; at most so many when there is a budget
 * @param delayMs between them
 * @param compression {@code none}, {@code zstd}, {@code gzip}
 * @param budgetMs downtime at which the engine's own rule ends the pre-dumps; null: as many as {@code rounds} says
 * @param storeDelayMs by which the store's answers are made late; null: the store is left as it is
 */
public record Setting(
        Workload workload,
        String engine,
        int rounds,
        long delayMs,
        String compression,
        Long budgetMs,
        Long storeDelayMs) {

    /** Names it in rows and messages. */
    public String key() {
        return workload.name() + "/" + engine + "/" + rounds + "/" + delayMs + "ms/" + compression
                + (budgetMs == null ? "" : "/within" + budgetMs + "ms")
                + (storeDelayMs == null ? "" : "/store" + storeDelayMs + "ms");
    }
}
