package org.livemigrate.benchmarks.migration.sweep;

/**
 * One cell of the grid: what is moved, and how.
 *
 * @param workload by name
 * @param engine {@code podman}, {@code live}, …
 * @param rounds pre-dumps before the freeze
 * @param delayMs between them
 * @param compression {@code none}, {@code zstd}, {@code gzip}
 */
public record Setting(Workload workload, String engine, int rounds, long delayMs, String compression) {

    /** Names it in rows and messages. */
    public String key() {
        return workload.name() + "/" + engine + "/" + rounds + "/" + delayMs + "ms/" + compression;
    }
}
