package org.livemigrate.experiments.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.experiment.Part;

/**
 * The digest of the sources that made a result: the modules that the experiment names, the experiment's own package,
 * and the parts of this module that shape data, plot and summary. Sources and not classes, because two compilers make
 * different classes from one source.
 */
public final class CodeDigest {
    private static final List<String> FRAMEWORK =
            List.of("experiment", "data", "plot", "result", "scenario", "measured");

    private CodeDigest() {}

    /** Digest for that experiment in that checkout. */
    public static String of(Experiment experiment, Path home) throws IOException {
        return Digests.ofTrees(home, folders(experiment, home));
    }

    /** The folders whose files are in it, from the root of the checkout. Libraries are not: a manifest names their versions. */
    public static List<String> covered(Experiment experiment, Path home) {
        return folders(experiment, home).stream()
                .filter(Files::isDirectory)
                .map(folder -> home.relativize(folder).toString().replace('\\', '/'))
                .toList();
    }

    private static List<Path> folders(Experiment experiment, Path home) {
        List<Path> folders = new ArrayList<>();
        for (Part part : experiment.description().parts()) {
            folders.add(home.resolve(part.path()).resolve("src/main"));
        }
        Path main = home.resolve("experiments/src/main/java");
        Path own = main.resolve(experiment.getClass().getPackageName().replace('.', '/'));
        folders.add(own);
        for (String stage : FRAMEWORK) {
            Path folder = main.resolve("org/livemigrate/experiments").resolve(stage);
            if (!folder.equals(own)) {
                folders.add(folder);
            }
        }
        if (folders.stream().noneMatch(Files::isDirectory)) {
            throw new IllegalStateException("No sources below " + home
                    + ". Run the experiments from a checkout: a result has to say which code made it.");
        }
        return folders;
    }
}
