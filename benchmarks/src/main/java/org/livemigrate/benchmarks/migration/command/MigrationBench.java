package org.livemigrate.benchmarks.migration.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.livemigrate.benchmarks.migration.fleet.FleetClient;
import org.livemigrate.benchmarks.migration.inventory.Inventory;
import org.livemigrate.benchmarks.migration.lab.Lab;
import org.livemigrate.benchmarks.migration.report.RowTable;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.row.RowCheck;
import org.livemigrate.benchmarks.migration.row.RowCsv;
import org.livemigrate.benchmarks.migration.row.RowFile;
import org.livemigrate.benchmarks.migration.run.Harness;
import org.livemigrate.benchmarks.migration.run.NotReadyException;
import org.livemigrate.benchmarks.migration.sweep.Sweep;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.rest.TokenFile;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what migrations cost: {@code benchmarks/bin/migration-bench}. */
@Command(
        name = "migration-bench",
        description = "Moves containers with known workloads between hosts that run the agent, and measures each move.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {ShowCommand.class, CheckCommand.class, FitCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  migration-bench --lab vm                   the report's table, measured here",
            "  migration-bench --lab native --rounds 0 --repeat 10 --out rows.jsonl",
            "  migration-bench --lab vm --workload cpu --rounds 0,2 --repeat 1 --warmup 0",
            "  migration-bench --inventory hosts.yaml --workload cpu,dirty:256M@10%% --engine podman,live \\",
            "    --rounds 0,1,2,5,10 --repeat 3 --out grid.jsonl",
            "  migration-bench --inventory hosts.yaml --plan grid.yaml --out grid.jsonl --resume",
            "  migration-bench show grid.jsonl            the table of rows measured before",
            "  migration-bench fit grid.jsonl --out calibration.json  the simulator's costs",
            "",
            "Each migration is one JSON line of FILE (schema: benchmarks/row.schema.json), and a CSV stands beside it.",
            "Exit status: 0 every migration committed, 1 one did not, 2 bad input, 3 a prerequisite is missing."
        })
public final class MigrationBench implements Callable<Integer> {

    private static final int LAB_NODES = 2;

    @ArgGroup(multiplicity = "0..1")
    private Where where;

    /** Which hosts. */
    private static final class Where {
        @Option(
                names = "--inventory",
                paramLabel = "FILE",
                description = "YAML that names the hosts; benchmarks/inventory.example.yaml shows all of it")
        private Path inventory;

        @Option(
                names = "--lab",
                paramLabel = "KIND",
                description =
                        "bring a lab up and take it down again: native, or vm (virtual machines with an NFS store)")
        private String lab;
    }

    @Mixin
    private SweepOptions options;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "of one migration; a longer one is a row with that outcome; default ${DEFAULT-VALUE}")
    private int timeoutSeconds;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "migrations.jsonl",
            description = "where rows go; default ${DEFAULT-VALUE}")
    private Path out;

    @Option(names = "--resume", description = "go on with a sweep whose rows are in FILE already")
    private boolean resume;

    @Option(names = "--json", description = "print the rows instead of tables")
    private boolean json;

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command, as tests run it. */
    public static CommandLine commandLine() {
        return new CommandLine(new MigrationBench()).setExecutionExceptionHandler(new ExitStatus());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Sweep sweep = options.sweep();
        if (timeoutSeconds < 1) {
            throw new IllegalArgumentException("--timeout " + timeoutSeconds + ": write 1 or more seconds.");
        }
        if (where == null) {
            throw new IllegalArgumentException(
                    "Name the hosts with --inventory FILE, or write --lab vm, or --lab native --rounds 0.");
        }
        if (Files.exists(out) && !resume) {
            throw new IllegalArgumentException("--out " + out + " is there already: write --resume to go on with its"
                    + " sweep, or name another file.");
        }
        Path folder = out.toAbsolutePath().getParent();
        if (!Files.isWritable(folder)) {
            throw new IllegalArgumentException(
                    "--out " + out + ": " + folder + " is no folder that can be written to.");
        }
        return where.lab == null ? measure(sweep) : inLab();
    }

    private int measure(Sweep sweep) throws IOException, InterruptedException {
        Inventory inventory = Inventory.read(where.inventory);
        FleetClient fleet = new FleetClient(inventory.controller(), TokenFile.read(inventory.tokenFile()));
        RowFile file = new RowFile(out);
        Harness harness = new Harness(
                inventory, fleet, Duration.ofSeconds(timeoutSeconds), System.getProperty("livemigrate.commit"));
        PrintWriter err = spec.commandLine().getErr();
        List<Row> kept = file.recover();
        requireLab(inventory.lab(), kept);
        List<Row> rows;
        try {
            rows = harness.carryOut(sweep, kept, file, new SweepProgress(err));
        } finally {
            // also of a sweep that was given up: its rows are worth a look
            if (Files.exists(out)) {
                RowCsv.write(csv(), RowFile.read(out));
            }
        }
        PrintWriter print = spec.commandLine().getOut();
        if (json) {
            rows.forEach(row -> print.println(Json.mapper().writeValueAsString(row)));
        } else {
            print.println(RowTable.of(RowCheck.withoutTriedAgain(rows)));
            print.println("Rows: " + out + ", " + csv());
        }
        print.flush();
        return status(rows);
    }

    /** Rows do not name their lab in their key: those of another would pass for this sweep's. */
    private void requireLab(String lab, List<Row> kept) {
        kept.stream().filter(row -> !row.lab().equals(lab)).findFirst().ifPresent(row -> {
            throw new IllegalArgumentException("--out " + out + ": its row " + row.key() + " was measured in lab '"
                    + row.lab() + "', and the inventory's is '" + lab + "'. Name another file, or go on with that"
                    + " lab's inventory.");
        });
    }

    /** A run that was tried again is what it was the last time. */
    static int status(List<Row> rows) {
        return RowCheck.withoutTriedAgain(rows).stream()
                        .allMatch(row -> row.outcome().equals(Row.COMMITTED))
                ? ExitStatus.DONE
                : ExitStatus.GOAL_NOT_MET;
    }

    private Path csv() {
        String name = out.getFileName().toString().replaceFirst("\\.jsonl?$", "");
        return out.resolveSibling(name + ".csv");
    }

    /** The same command once more within the lab's own network, with the lab's inventory. */
    private int inLab() throws IOException, InterruptedException {
        String home = System.getProperty("livemigrate.home");
        if (home == null) {
            throw new NotReadyException("Start it with benchmarks/bin/migration-bench: the lab is part of a checkout.");
        }
        Lab lab = Lab.of(where.lab, Path.of(home));
        // also when this process is interrupted, whatever it is doing then
        Thread down = new Thread(lab::close, "lab down");
        Runtime.getRuntime().addShutdownHook(down);
        try {
            Path inventory = lab.up(LAB_NODES);
            List<String> line = new ArrayList<>(lab.hub());
            line.addAll(again(inventory));
            Process process = new ProcessBuilder(line).inheritIO().start();
            try {
                int status = process.waitFor();
                if (status != ExitStatus.DONE) {
                    spec.commandLine()
                            .getErr()
                            .println("migration-bench: logs of controller and agents: " + lab.logs());
                }
                return status;
            } finally {
                process.destroy();
            }
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(down);
                lab.close();
            } catch (IllegalStateException shuttingDown) {
                // then the hook takes it down
            }
        }
    }

    private List<String> again(Path inventory) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String property : List.of("livemigrate.home", "livemigrate.commit")) {
            if (System.getProperty(property) != null) {
                line.add("-D" + property + "=" + System.getProperty(property));
            }
        }
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), MigrationBench.class.getName()));
        List<String> arguments = spec.commandLine().getParseResult().originalArgs();
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).equals("--lab")) {
                i++;
            } else if (!arguments.get(i).startsWith("--lab=")) {
                line.add(arguments.get(i));
            }
        }
        line.addAll(List.of("--inventory", inventory.toString()));
        return line;
    }
}
