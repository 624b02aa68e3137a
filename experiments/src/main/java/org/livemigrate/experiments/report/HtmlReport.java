package org.livemigrate.experiments.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.experiment.Description;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.experiment.Input;
import org.livemigrate.experiments.result.CodeDigest;
import org.livemigrate.experiments.result.Digests;
import org.livemigrate.experiments.result.Manifest;
import org.livemigrate.experiments.result.ResultFolder;
import org.livemigrate.experiments.runner.Runner;

/**
 * One page with every experiment: its question, plot, answer and manifest. It holds all that it shows, so that it can
 * be sent; it follows the reader's light or dark mode, narrow displays and print.
 */
public final class HtmlReport {
    /** A page on paper cannot be opened further: manifests are, while it is printed. */
    private static final String PRINT_MANIFESTS = """
            <script>
            const closed = () => document.querySelectorAll("details.manifest:not([open])");
            let opened = [];
            addEventListener("beforeprint", () => (opened = [...closed()]).forEach(d => d.open = true));
            addEventListener("afterprint", () => opened.forEach(d => d.open = false));
            </script>
            """;

    /** Longer data is not repeated in the page. */
    private static final int MAX_ROWS = 200;

    private final Path home;
    private final Path results;

    public HtmlReport(Path home, Path results) {
        this.home = home;
        this.results = results;
    }

    /** Writes the page; an old one is replaced at once. */
    public void write(List<Experiment> experiments, Path file) throws IOException {
        String page = page(experiments);
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        try {
            Files.writeString(fresh, page);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private String page(List<Experiment> experiments) throws IOException {
        StringBuilder contents = new StringBuilder();
        StringBuilder sections = new StringBuilder();
        for (Experiment experiment : experiments) {
            Description description = experiment.description();
            contents.append("<li><a href=\"#")
                    .append(description.name())
                    .append("\">")
                    .append(Html.escape(description.title()))
                    .append("</a> ")
                    .append(badge(description))
                    .append("</li>\n");
            sections.append(section(experiment));
        }
        return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<meta name=\"color-scheme\" content=\"light dark\">\n"
                + "<title>Live Container Migration: experiments</title>\n<style>\n" + style()
                + "</style>\n</head>\n<body>\n"
                + "<header><h1>Live Container Migration: experiments</h1>\n<p>Each number below is computed from the"
                + " data file of its experiment. <b>Measured</b> results were timed or counted on the machine that is"
                + " named; <b>modelled</b> ones come from the code under study without time passing; <b>simulated</b>"
                + " ones were played through in virtual time.</p></header>\n<nav><ol>\n" + contents
                + "</ol></nav>\n<main>\n" + sections + "</main>\n" + PRINT_MANIFESTS + "</body>\n</html>\n";
    }

    private String section(Experiment experiment) throws IOException {
        Description description = experiment.description();
        ResultFolder folder = new ResultFolder(results, description.name());
        StringBuilder html = new StringBuilder("<section id=\"" + description.name() + "\">\n<h2>"
                + Html.escape(description.title()) + " " + badge(description) + "</h2>\n");
        Optional<Manifest> manifest = folder.intactManifest();
        if (manifest.isEmpty()) {
            return html.append("<p class=\"question\">")
                    .append(Html.escape(description.question()))
                    .append(
                            "</p>\n<p class=\"stale\">There is no complete result. Run <code>experiments/bin/experiments run ")
                    .append(description.name())
                    .append("</code>; ")
                    .append(Html.escape(Runner.missing(description, home).orElse("it needs nothing.")))
                    .append("</p>\n</section>\n")
                    .toString();
        }
        Path path = folder.path();
        html.append(Markdown.paragraphs(Files.readString(path.resolve(ResultFolder.SUMMARY))));
        if (!isCurrent(manifest.get(), experiment)) {
            html.append("<p class=\"stale\">The code, the parameters or the inputs have changed since this result was"
                    + " made.</p>\n");
        }
        html.append("<div class=\"plot\">")
                .append(SvgInline.of(
                        Files.readString(path.resolve(ResultFolder.SVG)),
                        description.name(),
                        manifest.get().plotDescription()))
                .append("</div>\n");
        html.append(data(Table.parse(Files.readString(path.resolve(ResultFolder.DATA)))));
        html.append(manifest(manifest.get()));
        return html.append("</section>\n").toString();
    }

    /** As {@code run} decides whether to run it again; an input that is not on this machine cannot be compared. */
    private boolean isCurrent(Manifest manifest, Experiment experiment) throws IOException {
        Description description = experiment.description();
        Map<String, String> inputs = new TreeMap<>();
        for (Input input : description.inputs()) {
            Optional<Path> here = input.find(home);
            inputs.put(
                    input.path(),
                    here.isPresent()
                            ? Digests.ofFile(here.get())
                            : manifest.inputs().get(input.path()));
        }
        return manifest.isMadeFrom(
                description.parameters(), description.seed(), inputs, CodeDigest.of(experiment, home));
    }

    private static String badge(Description description) {
        String kind = description.kind().label();
        return "<span class=\"badge " + kind + "\">" + kind + "</span>";
    }

    private static String data(Table data) {
        StringBuilder html = new StringBuilder("<details><summary>Data: " + data.size() + " rows</summary>\n");
        html.append("<div class=\"wide\"><table><thead><tr>");
        data.columns().forEach(c -> html.append("<th>").append(Html.escape(c)).append("</th>"));
        html.append("</tr></thead><tbody>\n");
        data.rows().limit(MAX_ROWS).forEach(row -> {
            html.append("<tr>");
            row.cells().forEach(c -> html.append("<td>").append(Html.escape(c)).append("</td>"));
            html.append("</tr>\n");
        });
        html.append("</tbody></table></div>\n");
        if (data.size() > MAX_ROWS) {
            html.append("<p>The first ").append(MAX_ROWS).append(" rows; all are in data.csv.</p>\n");
        }
        return html.append("</details>\n").toString();
    }

    private static String manifest(Manifest manifest) {
        return "<details class=\"manifest\"><summary>Manifest: how it came about</summary>\n<pre>"
                + Html.escape(manifest.toJson()) + "</pre></details>\n";
    }

    private static String style() throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
