package org.livemigrate.cli.prove;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.livemigrate.protocol.json.Json;

/**
 * The numbers of one part of {@code system/bin/prove}: a file of that name in the directory that the system property
 * {@code livemigrate.report.dir} names; nothing is written when it names none.
 */
public final class Proof {

    private final String part;
    private final Map<String, Number> numbers = new LinkedHashMap<>();

    /** @param part {@code seeds}, {@code kills} or {@code fuzz} */
    public Proof(String part) {
        this.part = part;
    }

    /** How many a system property asks for, for example {@code livemigrate.seeds}. */
    public static long wanted(String property, long otherwise) {
        return Long.getLong(property, otherwise);
    }

    /** @param name in words for people, such as {@code migrations that were rolled back} */
    public Proof put(String name, Number value) {
        numbers.put(name, value);
        return this;
    }

    /** Writes the file; call it before the assertion that may fail. */
    public void write(long failures) {
        String directory = System.getProperty("livemigrate.report.dir");
        if (directory == null) {
            return;
        }
        numbers.put("failures", failures);
        try {
            Files.createDirectories(Path.of(directory));
            Files.write(Path.of(directory, part + ".json"), Json.mapper().writeValueAsBytes(numbers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
