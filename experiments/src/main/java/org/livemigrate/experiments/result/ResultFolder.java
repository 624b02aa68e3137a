package org.livemigrate.experiments.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.experiment.Description;
import org.livemigrate.experiments.experiment.Summary;
import org.livemigrate.experiments.plot.Figure;
import org.livemigrate.experiments.plot.FigureWriter;

/**
 * {@code results/NAME/}. A new result is first written completely beside the old one and then put in its place file by
 * file, each by an atomic rename, the manifest last. A run that fails leaves the old result alone; a crash between two
 * renames leaves a manifest whose digests do not fit, which {@link #intactManifest} tells.
 */
public final class ResultFolder {
    public static final String DATA = "data.csv";
    public static final String SUMMARY = "summary.md";
    public static final String PNG = "plot.png";
    public static final String SVG = "plot.svg";
    public static final String MANIFEST = "manifest.json";

    private static final List<String> OUTPUTS = List.of(DATA, SUMMARY, PNG, SVG);

    private final Path folder;

    public ResultFolder(Path results, String name) {
        this.folder = results.resolve(name);
    }

    public Path path() {
        return folder;
    }

    /** The manifest when it is there and all files are the ones it tells of. */
    public Optional<Manifest> intactManifest() throws IOException {
        Path file = folder.resolve(MANIFEST);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Manifest manifest;
        try {
            manifest = Manifest.parse(Files.readString(file));
        } catch (RuntimeException e) {
            return Optional.empty(); // a damaged manifest is as good as none: the experiment runs again
        }
        for (String output : OUTPUTS) {
            Path path = folder.resolve(output);
            if (!Files.isRegularFile(path)
                    || !Digests.ofFile(path).equals(manifest.outputs().get(output))) {
                return Optional.empty();
            }
        }
        return Optional.of(manifest);
    }

    /** Puts a new result in the place of the old one. The manifest gets the digests of what is written. */
    public void replace(Description description, Table data, Figure figure, Summary summary, Manifest manifest)
            throws IOException {
        Files.createDirectories(folder.getParent());
        Path fresh = Files.createTempDirectory(folder.getParent(), "." + folder.getFileName() + "-");
        try {
            Files.writeString(fresh.resolve(DATA), data.toCsv());
            Files.writeString(fresh.resolve(SUMMARY), markdown(description, summary));
            FigureWriter.writePng(figure, fresh.resolve(PNG));
            FigureWriter.writeSvg(figure, fresh.resolve(SVG));
            Map<String, String> outputs = new LinkedHashMap<>();
            for (String output : OUTPUTS) {
                outputs.put(output, Digests.ofFile(fresh.resolve(output)));
            }
            Files.writeString(
                    fresh.resolve(MANIFEST), withOutputs(manifest, outputs).toJson());
            Files.createDirectories(folder);
            for (String output : OUTPUTS) {
                put(fresh, output);
            }
            put(fresh, MANIFEST);
        } finally {
            delete(fresh);
        }
    }

    private void put(Path fresh, String file) throws IOException {
        Files.move(
                fresh.resolve(file),
                folder.resolve(file),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static void delete(Path fresh) throws IOException {
        try (Stream<Path> files = Files.list(fresh)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(fresh);
    }

    private static String markdown(Description description, Summary summary) {
        return "# " + description.title() + "\n\n"
                + "**Question.** " + description.question() + "\n\n"
                + "**Answer.** " + summary.answer() + "\n\n"
                + "**How sure.** " + summary.confidence() + "\n\n"
                + "Kind: " + description.kind().label() + ". Every result above is computed from `data.csv`.\n";
    }

    private static Manifest withOutputs(Manifest m, Map<String, String> outputs) {
        return new Manifest(
                m.name(),
                m.title(),
                m.question(),
                m.kind(),
                m.plotDescription(),
                m.command(),
                m.parameters(),
                m.seed(),
                m.inputs(),
                m.code(),
                m.codeParts(),
                outputs,
                m.versions(),
                m.machine(),
                m.startedAt(),
                m.elapsedMs());
    }
}
