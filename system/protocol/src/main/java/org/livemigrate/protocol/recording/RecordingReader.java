package org.livemigrate.protocol.recording;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.JsonMessages;
import tools.jackson.core.JacksonException;

/**
 * Reads a recording line by line, packed or not, and holds no more than one line. A file that was cut, whose lines are
 * out of order or do not belong to the format ends in an {@link IOException} that names the file and the line.
 */
public final class RecordingReader implements AutoCloseable {

    private final Path file;
    private final BufferedReader in;
    private final RecordingHeader header;
    private Instant last;
    private long number;
    private boolean ended;

    private RecordingReader(Path file, BufferedReader in) throws IOException {
        this.file = file;
        this.in = in;
        RecordingLine first = line();
        if (!(first instanceof RecordingHeader read)) {
            throw problem("not the first line of a recording, which has \"kind\":\"recording\"");
        }
        header = read;
    }

    /**
     * Opens it and reads its header.
     *
     * @throws IOException when there is no such file or it does not begin as a recording
     */
    public static RecordingReader open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file. Name a recording that live-migrate record has written.");
        }
        InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        try {
            raw.mark(2);
            boolean packed = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            InputStream in = packed ? new GZIPInputStream(raw, 1 << 16) : raw;
            return new RecordingReader(file, new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
        } catch (EOFException | ZipException e) {
            raw.close();
            throw new IOException(file + ", line 1: the file is cut in the middle of its first bytes.", e);
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    public RecordingHeader header() {
        return header;
    }

    /** Number of the line that was read last, from 1. */
    public long number() {
        return number;
    }

    /**
     * The next line, or {@code null} after the last.
     *
     * @throws IOException when the file is cut, or the line is none of a recording
     */
    public RecordingLine next() throws IOException {
        if (ended) {
            return null;
        }
        RecordingLine line = line();
        if (line instanceof RecordingHeader) {
            throw problem("a second header: two recordings stand in one file. Split it");
        }
        if (line.at().isBefore(last)) {
            throw problem("time goes back from " + last + " to " + line.at());
        }
        last = line.at();
        if (line instanceof RecordingLine.End end) {
            if (end.lines() != number - 1) {
                throw problem("the recording had " + end.lines() + " lines above this one, and here are " + (number - 1)
                        + ": some are missing");
            }
            ended = true;
            if (text() != null) {
                number++;
                throw problem("there is something behind the end of the recording");
            }
            return null;
        }
        return line;
    }

    private RecordingLine line() throws IOException {
        String text = text();
        number++;
        if (text == null) {
            throw new IOException(
                    number == 1
                            ? file + ": the file is empty. Name a recording that live-migrate record wrote."
                            : cut());
        }
        try {
            RecordingLine line = Json.mapper().readValue(text, RecordingLine.class);
            if (line == null) {
                throw problem("null is no line of a recording");
            }
            if (last == null) {
                last = line.at();
            }
            return line;
        } catch (JacksonException e) {
            if (e instanceof tools.jackson.core.exc.UnexpectedEndOfInputException) {
                throw new IOException(cut(), e);
            }
            throw new IOException(
                    at() + JsonMessages.describe(e).replaceFirst("^line 1, ", "") + ". Is this a recording?", e);
        }
    }

    private String text() throws IOException {
        try {
            return in.readLine();
        } catch (EOFException | ZipException e) {
            number++;
            throw new IOException(cut(), e);
        }
    }

    private String cut() {
        return at()
                + "the recording ends here without its last line (\"kind\":\"end\"): it was cut in the middle, or its"
                + " controller was killed. To use what is there, unpack it and replace the broken line by"
                + " {\"kind\":\"end\",\"at\":\"" + last + "\",\"lines\":" + (number - 1) + "}.";
    }

    private IOException problem(String text) {
        return new IOException(at() + text + ".");
    }

    private String at() {
        return file + ", line " + number + ": ";
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
