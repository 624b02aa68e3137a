package org.livemigrate.cli.fleet;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.cli.console.InputException;
import org.livemigrate.cli.serve.DurationConverter;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.recording.RecordingLine;
import org.livemigrate.protocol.recording.RecordingWriter;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.UnreachableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes down what a running controller hears and decides. */
@Command(
        name = "record",
        description = "Records what a running controller hears and decides, for the simulator.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  live-migrate record --out monday.jsonl.gz --for 1h",
            "  simulator/bin/simulate replay monday.jsonl.gz",
            "  simulator/bin/simulate --trace recording:monday.jsonl.gz --policy none,greedy",
            "",
            "Without --for it goes on until it is interrupted, or until the controller ends (exit status 1: the recording",
            "is whole as far as it goes). To miss nothing, let the controller itself record: controller --record DIR."
        })
public final class RecordCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ControllerOptions controller;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "where to; must not be there yet; compressed when it ends in .gz")
    private Path out;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "for how long; default: until interrupted")
    private Duration time;

    @Override
    public Integer call() throws IOException, InterruptedException {
        RestClient client = controller.client();
        try (Recording recording = new Recording(writer())) {
            Thread follower = new Thread(() -> recording.follow(client), "record");
            follower.setDaemon(true);
            Thread last = new Thread(recording::finish, "record-end"); // on SIGINT and SIGTERM
            Runtime.getRuntime().addShutdownHook(last);
            follower.start();
            follower.join(time == null ? 0 : Math.max(1, time.toMillis()));
            boolean ended = !follower.isAlive();
            recording.finish();
            Runtime.getRuntime().removeShutdownHook(last);
            PrintWriter to = spec.commandLine().getOut();
            to.println(recording.lines() + " lines in " + out);
            to.flush();
            if (ended) {
                recording.rethrow();
                spec.commandLine().getErr().println("live-migrate: the controller ended the stream.");
                return ExitStatus.GOAL_NOT_MET;
            }
            return ExitStatus.DONE;
        }
    }

    private RecordingWriter writer() throws IOException {
        try {
            return new RecordingWriter(out);
        } catch (FileAlreadyExistsException e) {
            throw new InputException("--out " + out + " is there already: a recording is never written over.", e);
        } catch (IOException e) {
            throw new InputException("--out " + out + " cannot be written: " + Failures.why(e) + ".", e);
        }
    }

    /** The file and whoever fills it; ended once, by whichever of three comes first. */
    private static final class Recording implements AutoCloseable {
        private final RecordingWriter writer;
        private boolean finished;
        private RuntimeException failure;

        Recording(RecordingWriter writer) {
            this.writer = writer;
        }

        void follow(RestClient client) {
            try {
                client.follow("/v1/recording", null, this::line);
            } catch (UnreachableException e) {
                if (lines() == 0) {
                    failed(e); // it never was there; otherwise it went away, which ends the recording
                }
            } catch (RuntimeException e) {
                failed(e);
            }
        }

        private synchronized void failed(RuntimeException e) {
            failure = e;
        }

        private synchronized void line(String json) {
            if (finished) {
                return;
            }
            try {
                writer.write(Json.mapper().readValue(json, RecordingLine.class));
                writer.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        synchronized long lines() {
            return writer.lines();
        }

        synchronized void rethrow() {
            if (failure != null) {
                throw failure;
            }
        }

        synchronized void finish() {
            if (!finished) {
                finished = true;
                try {
                    writer.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void close() {
            finish();
        }
    }
}
