package org.livemigrate.experiments;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.experiment.Description;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.experiment.Input;
import org.livemigrate.experiments.experiment.Kind;
import org.livemigrate.experiments.experiment.Run;
import org.livemigrate.experiments.experiment.Summary;
import org.livemigrate.experiments.plot.Charts;
import org.livemigrate.experiments.plot.Figure;

/** A small experiment whose parts a test chooses. */
public class Sample implements Experiment {
    private final String name;
    private final Kind kind;
    private final String parameter;
    private final List<Input> inputs;

    public Sample(String name, Kind kind, String parameter, List<Input> inputs) {
        this.name = name;
        this.kind = kind;
        this.parameter = parameter;
        this.inputs = inputs;
    }

    public static Sample of(String parameter) {
        return new Sample("sample", Kind.MODELLED, parameter, List.of());
    }

    @Override
    public Description description() {
        return new Description(
                name,
                "A sample",
                "Does <it> work?",
                kind,
                Duration.ofSeconds(1),
                7,
                Map.of("p", parameter),
                Set.of(),
                inputs);
    }

    @Override
    public Table run(Run run) {
        run.progress(1, 2);
        return run.table("x", "y").row(1, 2).row(2, 4).build();
    }

    @Override
    public Figure plot(Table data) {
        var chart = Charts.lines("sample", "x [1]", "y [1]");
        chart.addSeries("y", data.numbers("x"), data.numbers("y"));
        return new Figure("A line.", List.of(chart), 1, 300, 200);
    }

    @Override
    public Summary summarize(Table data) {
        return new Summary("The sum is " + data.sum("y") + ".", "Very.");
    }
}
