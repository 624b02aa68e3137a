package org.livemigrate.simulator.cli;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Set;
import org.livemigrate.simulator.engine.MigrationModel;
import org.livemigrate.simulator.trace.Workload;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What a sweep is known by, so that shards of different ones are not put together. */
final class SweepDigest {
    private static final int BYTES = 8;

    /** These are told otherwise, change none of the figures, or say where a file is, which may differ by machine. */
    private static final Set<String> NO_MATTER = Set.of(
            "--generate",
            "--trace",
            "--snapshot",
            "--calibration",
            "--token-file",
            "--config",
            "--out",
            "--shard",
            "--threads",
            "--repeat",
            "--warm-up",
            "--json",
            "--series",
            "--plot",
            "--quiet",
            "--help",
            "--version");

    private SweepDigest() {}

    /** Of all options that matter, and of what was read from the files that the others name. */
    static String of(CommandSpec spec, SimulateOptions.Source source, Workload workload, MigrationModel migrations) {
        StringBuilder text = new StringBuilder();
        text.append(workload.name())
                .append(' ')
                .append(workload.series().size())
                .append(' ');
        text.append(workload.samples()).append(' ').append(workload.stepMs()).append(' ');
        text.append(workload.startEpochMs()).append(' ').append(migrations).append(' ');
        text.append(source.generate).append('\n');
        spec.options().stream()
                .filter(option -> !NO_MATTER.contains(option.longestName()))
                .sorted(Comparator.comparing(OptionSpec::longestName))
                .forEach(option -> text.append(option.longestName())
                        .append('=')
                        .append((Object) option.getValue())
                        .append('\n'));
        try {
            byte[] sha =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
