package org.livemigrate.simulator.trace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Lines of a stream with their numbers. It does not close the stream: archives go on behind it. */
public final class Lines {
    /** A longer line is no line of a trace but a wrong file. */
    private static final int MAX_LINE = 1 << 16;

    private final String file;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 14];
    private byte[] line = new byte[256];
    private int from;
    private int to;
    private long number;

    public Lines(String file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /** The file's name for messages. */
    public String file() {
        return file;
    }

    /** Number of the line returned last, from 1. */
    public long number() {
        return number;
    }

    /** A problem on the line returned last. */
    public TraceException problem(String text) {
        return TraceException.at(file, number, text);
    }

    /**
     * The next line without its end, or {@code null} after the last.
     *
     * @throws TraceException when the last line has no end: the file was cut in the middle
     */
    public String next() throws IOException {
        int length = 0;
        while (true) {
            if (from == to) {
                to = in.read(buffer, 0, buffer.length);
                from = 0;
                if (to <= 0) {
                    to = 0;
                    if (length > 0) {
                        number++;
                        throw problem("the last line has no line end: the file looks cut in the middle. If it is"
                                + " complete, end it with a line break.");
                    }
                    return null;
                }
            }
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            int piece = end - from;
            if (length + piece > line.length) {
                if (length + piece > MAX_LINE) {
                    number++;
                    throw problem("longer than " + MAX_LINE + " bytes. Is this a text file?");
                }
                line = Arrays.copyOf(line, Math.max(line.length * 2, length + piece));
            }
            System.arraycopy(buffer, from, line, length, piece);
            length += piece;
            from = Math.min(end + 1, to);
            if (end < to) {
                number++;
                int visible = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
                return new String(line, 0, visible, StandardCharsets.UTF_8);
            }
        }
    }
}
