package org.livemigrate.experiments;

import java.nio.file.Path;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.data.TableBuilder;
import org.livemigrate.experiments.experiment.Input;
import org.livemigrate.experiments.experiment.Run;

/**
 * For tests: a run that finds its inputs in a folder and tells nobody how far it is.
 *
 * @param home that stands for the checkout
 */
public record RunIn(Path home) implements Run {

    @Override
    public Path locate(Input input) {
        return input.locate(home);
    }

    @Override
    public void progress(long done, long total) {}

    @Override
    public TableBuilder table(String... columns) {
        return Table.with(columns);
    }
}
