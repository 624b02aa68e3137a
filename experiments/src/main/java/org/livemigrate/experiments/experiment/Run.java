package org.livemigrate.experiments.experiment;

import java.nio.file.Path;
import org.livemigrate.experiments.data.TableBuilder;

/** One run of an experiment, as the experiment sees it. */
public interface Run {
    /** Where an input lies on this machine. */
    Path locate(Input input);

    /** Tells how far it is, in steps of about equal length; the display turns that into time left. */
    void progress(long done, long total);

    /** The data of this run. */
    TableBuilder table(String... columns);
}
