package org.livemigrate.protocol.recording;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;
import org.livemigrate.protocol.json.Json;

/**
 * Writes a recording, compressed when the file's name ends in {@code .gz}. What is written reaches the file by {@link
 * #flush}, so that a program that is killed leaves all but its last moments. Not thread-safe.
 */
public final class RecordingWriter implements AutoCloseable {

    private final BufferedWriter out;
    private long lines;
    private Instant last;

    /**
     * Makes the file.
     *
     * @throws java.nio.file.FileAlreadyExistsException when it is there: a recording is never written over
     */
    public RecordingWriter(Path file) throws IOException {
        OutputStream raw = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream packed =
                file.getFileName().toString().endsWith(".gz") ? new GZIPOutputStream(raw, 1 << 14, true) : raw;
        out = new BufferedWriter(new OutputStreamWriter(packed, StandardCharsets.UTF_8));
    }

    /** Writes a line. */
    public void write(RecordingLine line) throws IOException {
        out.write(Json.mapper().writerFor(RecordingLine.class).writeValueAsString(line));
        out.write('\n');
        lines++;
        last = line.at();
    }

    /** How many lines were written. */
    public long lines() {
        return lines;
    }

    public void flush() throws IOException {
        out.flush();
    }

    /** Ends the recording, which is whole by this. */
    @Override
    public void close() throws IOException {
        try (out) {
            if (last != null) {
                write(new RecordingLine.End(last, lines));
            }
        }
    }

    /** Leaves the recording without an end: whoever reads it learns that something is missing. */
    public void abandon() throws IOException {
        out.close();
    }
}
