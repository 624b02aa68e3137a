package org.livemigrate.controller.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.recording.RecordingLine;
import org.livemigrate.protocol.recording.RecordingWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a recording to a file of its own in a directory, on a thread of its own. A disk that is too slow or full ends
 * the recording, which then has no end line, and never the controller.
 */
public final class FileRecording implements Recorder.Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileRecording.class);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    /** Some minutes of a thousand hosts. */
    private static final int MOST_WAITING = 100_000;

    private static final long FLUSH_MS = 2_000;

    private final Recorder recorder;
    private final Path file;
    private final RecordingWriter writer;
    private final LinkedBlockingQueue<RecordingLine> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean broken;

    /**
     * Begins a recording.
     *
     * @param directory made where it is missing
     * @throws ProblemException when nothing can be written there
     */
    public FileRecording(Recorder recorder, Path directory, Instant now) {
        this.recorder = recorder;
        file = directory.resolve("recording-" + STAMP.format(now) + ".jsonl.gz");
        try {
            Files.createDirectories(directory);
            writer = new RecordingWriter(file);
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.badRequest("--record " + directory + ": cannot write " + file + " (" + e.getMessage()
                            + "). Name a directory in which the controller may write."),
                    e);
        }
        thread = new Thread(this::write, "recording");
        thread.setDaemon(true);
        recorder.begin(this);
        thread.start();
        LOG.info("recording to {}", file);
    }

    @Override
    public void line(RecordingLine line) {
        if (!broken && !waiting.offer(line)) {
            giveUp("the disk is too slow: " + MOST_WAITING + " lines wait", null);
        }
    }

    private void giveUp(String why, Throwable cause) {
        broken = true;
        LOG.error("the recording {} ends incomplete: {}", file, why, cause);
    }

    private void write() {
        try {
            long flushed = System.nanoTime();
            while (!broken) {
                RecordingLine line = waiting.poll(FLUSH_MS, TimeUnit.MILLISECONDS);
                if (line != null) {
                    writer.write(line);
                } else if (closing) {
                    break;
                }
                long now = System.nanoTime();
                if (now - flushed > TimeUnit.MILLISECONDS.toNanos(FLUSH_MS)) {
                    writer.flush();
                    flushed = now;
                }
            }
            if (!broken) {
                writer.close();
                return;
            }
        } catch (IOException e) {
            giveUp(Failures.why(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        recorder.end(this);
        try {
            writer.abandon();
        } catch (IOException e) {
            LOG.warn("closing {} failed: {}", file, e.getMessage());
        }
    }

    /** Where it is written. */
    public Path file() {
        return file;
    }

    /** Writes what is left and the end line. */
    @Override
    public void close() throws InterruptedException {
        recorder.end(this);
        closing = true;
        thread.join(TimeUnit.SECONDS.toMillis(30));
    }
}
