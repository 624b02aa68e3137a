package org.livemigrate.experiments.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.livemigrate.experiments.catalog.Catalog;
import org.livemigrate.experiments.report.HtmlReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code experiments report}. */
@Command(
        name = "report",
        description = "Makes one self-contained page of all results.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  experiments report", "  experiments report --output /tmp/report.html"})
public final class ReportCommand implements Callable<Integer> {
    @Mixin
    private Places places;

    @Option(names = "--output", paramLabel = "FILE", description = "Where to; results/report.html when not said.")
    private Path output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path file = output == null ? places.results().resolve("report.html") : output.toAbsolutePath();
        new HtmlReport(places.home(), places.results()).write(Catalog.all(), file);
        spec.commandLine().getOut().println(file);
        spec.commandLine().getOut().flush();
        return ExitStatus.DONE;
    }
}
