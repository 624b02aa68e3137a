package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a fleet holds, before and after: open files, memory, mounts, the store. */
final class Growth {

    /** Connections come and go: a heartbeat's, a long-poll's. */
    private static final long SPARE_FILES = 20;

    /** A young heap grows into what it may use (-Xmx128m) for as long as there is no need to collect. */
    private static final long SPARE_BYTES = 100L << 20;

    private final RealFleet fleet;
    private final FleetCensus census;
    private Map<String, Long> before = Map.of();
    private Map<String, Long> after = Map.of();

    Growth(RealFleet fleet, FleetCensus census) {
        this.fleet = fleet;
        this.census = census;
    }

    void begin() throws IOException {
        before = measure();
    }

    /** The figures, before and after. */
    Map<String, Object> end() throws IOException {
        fleet.awaitReady();
        after = measure();
        Map<String, Object> figures = new LinkedHashMap<>();
        before.forEach((name, value) -> figures.put("before." + name, value));
        after.forEach((name, value) -> figures.put("after." + name, value));
        return figures;
    }

    private Map<String, Long> measure() throws IOException {
        Map<String, Long> all = new LinkedHashMap<>();
        fleet.openFiles().forEach((name, files) -> all.put("open-files." + name, files));
        fleet.residentBytes().forEach((name, bytes) -> all.put("resident-bytes." + name, bytes));
        all.put("mounts", census.mounts());
        all.put("image-folders", (long) census.imageFolders().size());
        long[] store = census.store();
        all.put("store-files", store[0]);
        all.put("store-bytes", store[1]);
        return all;
    }

    void requireNone() {
        after.forEach((name, value) -> {
            long spare = name.startsWith("open-files.") ? SPARE_FILES : name.startsWith("resident") ? SPARE_BYTES : 0;
            assertThat(value).as(name).isLessThanOrEqualTo(before.get(name) + spare);
        });
    }
}
