package org.livemigrate.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.migration.MigrationOutcome;

/** Counts what was done to a fleet and what came of it; flat, so that anything can read it. */
final class KillReport {

    private final Map<String, Object> figures = new TreeMap<>();

    void migrated(MigrationOutcome outcome) {
        count("migrations");
        count("outcome." + outcome.word());
    }

    void struck(Strike strike) {
        count("kills");
        count("kills.by-engine." + strike.engine());
        count("kills.by-victim." + word(strike.victim()));
        count("kills.by-phase." + word(strike.phase()));
        count("kills.by-moment." + word(strike.moment()));
    }

    /** @param inLazyWindow while pages of a container that ran already were still coming in */
    void survived(boolean inLazyWindow) {
        count("survived");
        if (inLazyWindow) {
            count("survived.in-lazy-window");
        }
    }

    void failed() {
        count("failures");
    }

    void figure(String name, Object value) {
        figures.put(name, value);
    }

    private void count(String name) {
        figures.merge(name, 1L, (old, one) -> (Long) old + (Long) one);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** Puts it into the directory that the system property names, when it names one. */
    String save(String file) throws IOException {
        Optional<Path> directory = Optional.ofNullable(System.getProperty("livemigrate.report.dir"))
                .map(Path::of);
        for (String always : new String[] {"migrations", "kills", "survived", "failures"}) {
            figures.putIfAbsent(always, 0L);
        }
        String json = Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(figures);
        if (directory.isPresent()) {
            Files.createDirectories(directory.get());
            Files.writeString(directory.get().resolve(file), json + "\n");
        }
        return json;
    }
}
