package org.livemigrate.experiments.experiment;

import java.io.IOException;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.plot.Figure;

/**
 * One question, and how it is answered. The plot and the summary see nothing but the data as it stands in
 * {@code data.csv}: what is not in the data cannot be claimed.
 *
 * <p>An experiment whose {@link Kind#isRepeatable()} gives the same data on every JDK: no clock, no unseeded draw, no
 * order of a hash map, and decimals through {@link org.livemigrate.experiments.data.Decimals}.
 */
public interface Experiment {
    Description description();

    /** Does the work and gives the data. */
    Table run(Run run) throws IOException, InterruptedException;

    /** The plot of that data. */
    Figure plot(Table data);

    /** The answer that the data gives. */
    Summary summarize(Table data);
}
