package org.livemigrate.benchmarks.migration.row;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.livemigrate.protocol.json.Json;
import tools.jackson.core.JacksonException;

/** Rows as JSON lines. Each is on disk before the next migration begins. */
public final class RowFile {
    private final Path file;

    public RowFile(Path file) {
        this.file = file;
    }

    /**
     * Cuts off a last line that an interruption left without its end.
     *
     * @return all rows that are whole
     */
    public List<Row> recover() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        byte[] content = Files.readAllBytes(file);
        int whole = content.length;
        while (whole > 0 && content[whole - 1] != '\n') {
            whole--;
        }
        if (whole < content.length) {
            try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
                access.setLength(whole);
            }
        }
        return read(file);
    }

    public void append(Row row) throws IOException {
        Files.writeString(
                file,
                Json.mapper().writeValueAsString(row) + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND,
                StandardOpenOption.SYNC);
    }

    /** The rows of several files, as {@link #read} reads each. */
    public static List<Row> readAll(List<Path> files) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Path file : files) {
            rows.addAll(read(file));
        }
        return rows;
    }

    /** @throws IllegalArgumentException naming the file and the line that is no row */
    public static List<Row> read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(file + ": no such file of rows.");
        }
        List<Row> rows = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            number++;
            try {
                rows.add(Json.mapper().readValue(line, Row.class));
            } catch (JacksonException e) {
                throw new IllegalArgumentException(
                        file + ", line " + number + " is no row of migration-bench: " + e.getOriginalMessage() + ".",
                        e);
            }
        }
        return rows;
    }
}
