package org.livemigrate.experiments.command;

import java.util.List;
import org.livemigrate.experiments.catalog.Catalog;
import org.livemigrate.experiments.experiment.Experiment;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which experiments. */
final class Selection {
    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Names of experiments (see 'experiments list').")
    private List<String> names = List.of();

    @Option(names = "--all", description = "All experiments; those that need what is not here are left out.")
    private boolean all;

    boolean isAll() {
        return all;
    }

    List<Experiment> experiments() {
        if (all == !names.isEmpty()) {
            throw new IllegalArgumentException(
                    "Say which experiments to take: names (see 'experiments list'), or --all.");
        }
        return all ? Catalog.all() : Catalog.named(names);
    }
}
