package org.livemigrate.benchmarks.migration.sweep;

/**
 * One migration that is to be made.
 *
 * @param setting its cell
 * @param repeat 1, 2, …
 * @param warmup made first, kept as a row, and left out of the statistics
 */
public record Run(Setting setting, int repeat, boolean warmup) {

    /** By this name a row is known, so that an interrupted sweep can go on. */
    public String key() {
        return setting.key() + (warmup ? "/warmup" : "/") + repeat;
    }
}
