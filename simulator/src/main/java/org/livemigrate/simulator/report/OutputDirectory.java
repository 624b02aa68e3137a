package org.livemigrate.simulator.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.World;
import org.livemigrate.simulator.plot.LoadOverTime;
import org.livemigrate.simulator.plot.LoadPlot;
import org.livemigrate.simulator.sweep.RunPlan;

/**
 * A directory of results. Files are written under names that end in {@code .part} and get their own names only when the
 * whole sweep is done, so that a sweep that was stopped leaves nothing that looks whole.
 */
public final class OutputDirectory {
    private final Path directory;
    private final List<RunFile> files = new ArrayList<>();
    private final Map<RunPlan, LoadOverTime> plots = new LinkedHashMap<>();

    private OutputDirectory(Path directory) {
        this.directory = directory;
    }

    /** Makes the directory where it is missing. */
    public static OutputDirectory create(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new OutputDirectory(directory);
    }

    /** Writes the run's migrations, and where wanted its load over time. */
    public synchronized RunListener listener(RunPlan run, boolean series) {
        try {
            RunFile migrations = open("migrations-" + run.id() + ".csv");
            migrations.line("started_ms,ended_ms,container,from,to,reason,rounds,bytes,downtime_ms,outcome");
            RunFile load = series ? open("load-" + run.id() + ".csv") : null;
            if (load != null) {
                load.line("time_ms,host,demand_millicores,capacity_millicores,containers");
            }
            return new Writer(migrations, load);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Draws the run's load over time when all runs are done. */
    public synchronized RunListener plot(RunPlan run) {
        LoadOverTime load = new LoadOverTime();
        plots.put(run, load);
        return load;
    }

    private void draw() throws IOException {
        for (Map.Entry<RunPlan, LoadOverTime> plot : plots.entrySet()) {
            RunPlan run = plot.getKey();
            LoadPlot drawing = new LoadPlot(
                    run.scenario().workload().name() + ", " + run.policy() + ", target "
                            + run.target().toPercentString(),
                    plot.getValue(),
                    run.target().toDouble());
            try (OutputStream png = open("load-" + run.id() + ".png").stream()) {
                drawing.writePng(png);
            }
            try (OutputStream svg = open("load-" + run.id() + ".svg").stream()) {
                drawing.writeSvg(svg);
            }
        }
    }

    /** Writes the results and gives all files their names. */
    public void finish(Reports.Document document) throws IOException {
        draw();
        RunFile json = open("runs.json");
        json.line(Reports.json(document));
        RunFile csv = open("runs.csv");
        csv.text(Reports.csv(document.runs()));
        for (RunFile file : files) {
            file.writer.close();
        }
        for (RunFile file : files) {
            Files.move(file.part, file.whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private RunFile open(String name) throws IOException {
        RunFile file = new RunFile(directory.resolve(name), directory.resolve(name + ".part"));
        files.add(file);
        return file;
    }

    private static final class RunFile {
        private final Path whole;
        private final Path part;
        private final BufferedWriter writer;

        /** For what is not text; closed by whoever asks for it. */
        OutputStream stream() throws IOException {
            return Files.newOutputStream(part);
        }

        RunFile(Path whole, Path part) throws IOException {
            this.whole = whole;
            this.part = part;
            writer = Files.newBufferedWriter(part);
        }

        void line(String text) {
            text(text + "\n");
        }

        void text(String text) {
            try {
                writer.write(text);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + part, e);
            }
        }
    }

    private record Writer(RunFile migrations, RunFile load) implements RunListener {
        @Override
        public void onMigration(MigrationRecord m) {
            migrations.line(String.format(
                    Locale.ROOT,
                    "%.3f,%.3f,%s,%s,%s,%s,%d,%.0f,%.3f,%s",
                    m.startedUs() / 1000.0,
                    m.endedUs() / 1000.0,
                    m.container(),
                    m.from(),
                    m.to(),
                    m.reason(),
                    m.rounds(),
                    m.bytes(),
                    m.downtimeUs() / 1000.0,
                    m.committed() ? "committed" : "rolled-back"));
        }

        @Override
        public void onSample(long nowUs, World world) {
            if (load == null) {
                return;
            }
            for (int h = 0; h < world.hosts(); h++) {
                if (world.hostMeters().occupants(h) > 0) {
                    load.line(nowUs / 1000 + "," + world.hostId(h) + ","
                            + world.hostMeters().demand(h) + "," + world.host(h).capacityMillicores() + ","
                            + world.hostMeters().occupants(h));
                }
            }
        }
    }
}
