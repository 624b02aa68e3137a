package org.livemigrate.benchmarks.migration.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.livemigrate.benchmarks.migration.fit.CalibrationDocument;
import org.livemigrate.benchmarks.migration.fit.CostFit;
import org.livemigrate.benchmarks.migration.fit.Line;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.row.RowFile;
import org.livemigrate.protocol.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code migration-bench fit}. */
@Command(
        name = "fit",
        description = "Fits the simulator's cost model to measured rows and writes calibration.json.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExample:%n",
        footer = {
            "  migration-bench fit results/migrations-native/rows.jsonl --engine podman --out calibration.json",
            "  simulator/bin/simulate --calibration calibration.json ..."
        })
final class FitCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "JSON lines of migration-bench")
    private List<Path> files;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "podman",
            description = "whose costs the simulator shall use; default ${DEFAULT-VALUE}")
    private String engine;

    @Option(names = "--lab", paramLabel = "NAME", description = "likewise, where rows come from several")
    private String lab;

    @Option(names = "--compression", paramLabel = "NAME", defaultValue = "none", description = "likewise")
    private String compression;

    @Option(
            names = "--store-delay",
            paramLabel = "MS",
            description = "likewise; default: what there is, where it is one")
    private Double storeDelay;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "calibration.json",
            description = "default ${DEFAULT-VALUE}")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<Row> rows = RowFile.readAll(files);
        List<String> left = new ArrayList<>();
        List<CostFit> fits = CostFit.of(rows, left);
        List<CostFit> wanted = fits.stream()
                .filter(fit -> fit.engine().equals(engine) && fit.compression().equals(compression))
                .filter(fit -> lab == null || fit.lab().equals(lab))
                .filter(fit ->
                        storeDelay == null || storeDelay.equals(fit.store().delayMs()))
                .toList();
        if (wanted.size() != 1) {
            throw new IllegalArgumentException((wanted.isEmpty() ? "No fit" : "More than one fit") + " for --engine "
                    + engine + " --compression "
                    + compression + (lab == null ? "" : " --lab " + lab)
                    + (storeDelay == null ? "" : " --store-delay " + storeDelay) + ". There is: "
                    + (fits.isEmpty()
                            ? "none"
                            : fits.stream().map(CalibrationDocument::name).collect(Collectors.joining("; ")))
                    + (left.isEmpty() ? "." : ". Left out: " + String.join("; ", left) + "."));
        }
        CalibrationDocument document = CalibrationDocument.of(wanted.get(0), fits);
        Files.writeString(out, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n");
        PrintWriter print = spec.commandLine().getOut();
        fits.forEach(fit -> print(fit, print));
        left.forEach(name -> print.println("left out: " + name));
        print.println("Written to " + out + ": " + document.fittedFrom());
        print.flush();
        return ExitStatus.DONE;
    }

    private static void print(CostFit fit, PrintWriter out) {
        out.println(CalibrationDocument.name(fit));
        out.println("  freeze   " + words(fit.freeze()));
        out.println("  restore  " + words(fit.restore()));
        out.printf(
                Locale.ROOT,
                "  besides  %.0f ms + %.0f ms a pre-dump; R² %.2f, n %d, %d to %d pre-dumps%n",
                fit.besides().setupMs(),
                fit.besides().roundMs(),
                fit.besides().r2(),
                fit.besides().n(),
                fit.besides().fewestRounds(),
                fit.besides().mostRounds());
        out.println("  round    " + (fit.round() == null ? "not measured" : words(fit.round())));
        fit.heldOut()
                .forEach(e -> out.printf(
                        Locale.ROOT,
                        "  not fitted on %s: felt %.0f ms, predicted %.0f ms; error %+.0f %%, absolute %.0f %%; in all %.0f ms, predicted %.0f ms, error %+.0f %% (medians, n = %d)%n",
                        e.workload(),
                        e.feltMs(),
                        e.predictedMs(),
                        100 * e.medianError(),
                        100 * e.medianAbsoluteError(),
                        e.totalMs(),
                        e.predictedTotalMs(),
                        100 * e.medianTotalError(),
                        e.n()));
    }

    private static String words(Line line) {
        return String.format(
                Locale.ROOT,
                "%.0f ms + %.2f (+- %.2f) ms/MB; R² %.3f, residual %.0f ms, n %d, %.1f to %.1f MB",
                line.fixedMs(),
                line.msPerMB(),
                line.msPerMBWithin(),
                line.r2(),
                line.rmseMs(),
                line.n(),
                line.leastBytes() / 1e6,
                line.mostBytes() / 1e6);
    }
}
