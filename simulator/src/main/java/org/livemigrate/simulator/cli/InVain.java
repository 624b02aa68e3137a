package org.livemigrate.simulator.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Refuses options that would do nothing: whoever gives one believes that it does something. */
final class InVain {
    private static final List<String> PRECOPY_ONLY = List.of("--calibration", "--downtime-budget", "--max-rounds");

    private InVain() {}

    /** What the source of the demand has no use for. */
    static void refuseBySource(CommandSpec spec, SimulateOptions options) {
        SimulateOptions.Source source = options.source;
        boolean live = source.snapshot != null || source.trace != null && source.trace.startsWith(Input.RECORDING);
        if (isGiven(spec, "--step")) {
            if (live) {
                throw new IllegalArgumentException(
                        "--step is for traces: a recording and a snapshot have the steps in which they were sampled.");
            }
            if (source.generate != null) {
                throw new IllegalArgumentException(
                        "--step is for traces: with --generate say step=" + options.step + " in its text.");
            }
            if (source.trace != null && source.trace.startsWith("planetlab:")) {
                throw new IllegalArgumentException("--step: a planetlab: trace has a step of 300 s and no other.");
            }
        }
        if (live && options.isOn(SimulateOptions.ZERO_EXITS)) {
            throw new IllegalArgumentException("--switches " + SimulateOptions.ZERO_EXITS
                    + " is for traces: a recording and a snapshot know which containers there are.");
        }
    }

    /** What the literature's migrations have no use for. */
    static void refuseByLiterature(CommandSpec spec) {
        for (String option : PRECOPY_ONLY) {
            if (isGiven(spec, option)) {
                throw new IllegalArgumentException(option + " is for pre-copy, and migrations go by the literature"
                        + " (the default with --hosts planetlab): leave it out, or say --migrations precopy.");
            }
        }
    }

    /** A default that is written out, as in simulate.yaml, counts as not given. */
    private static boolean isGiven(CommandSpec spec, String name) {
        OptionSpec option = spec.findOption(name);
        return spec.commandLine().getParseResult().hasMatchedOption(name)
                && !String.valueOf((Object) option.getValue()).equals(option.defaultValue());
    }
}
