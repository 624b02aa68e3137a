package org.livemigrate.simulator.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.plan.PlanDocument;
import org.livemigrate.simulator.recorded.Replay;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Decides the rounds of a recording anew. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Feeds a recording of a controller to the scheduler as it was heard, and compares the decisions round"
                        + " by round.",
        footer = {
            "",
            "Examples:",
            "  simulate replay monday.jsonl.gz",
            "  simulate replay monday.jsonl.gz --policy thr-mmt --json",
            "",
            "Exit status: 0 every round that can be compared was decided alike, or another policy was asked for; 1 one was",
            "not; 2 bad input."
        })
final class ReplayCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "What live-migrate record or controller --record wrote.")
    private Path file;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            description = "Another policy, with the recorded parameters and guards: what it would have decided.")
    private String policy;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** What {@code --json} prints. */
    record Document(
            int version, String recording, String policy, long compared, long alike, List<Replay.Round> rounds) {}

    @Override
    public Integer call() throws IOException {
        List<Replay.Round> rounds = Replay.of(file, policy);
        List<Replay.Round> compared = rounds.stream()
                .filter(round -> round.comparable() && round.recorded() != null)
                .toList();
        long alike = compared.stream().filter(Replay.Round::agrees).count();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            String decider =
                    rounds.isEmpty() ? policy : rounds.get(0).replayed().policy();
            out.println(Json.mapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(new Document(1, file.toString(), decider, compared.size(), alike, rounds)));
        } else {
            out.println(table(rounds));
            out.println(rounds.size() + " rounds, " + compared.size() + " of them to compare, " + alike
                    + " decided alike.");
        }
        out.flush();
        return policy != null || alike == compared.size() ? 0 : 1;
    }

    private static String table(List<Replay.Round> rounds) {
        return AsciiTable.getTable(
                AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
                rounds,
                List.of(
                        new Column().header("round").with(round -> String.valueOf(round.number())),
                        new Column()
                                .header("time")
                                .dataAlign(HorizontalAlign.LEFT)
                                .with(round -> round.at().toString()),
                        new Column()
                                .header("controller")
                                .dataAlign(HorizontalAlign.LEFT)
                                .with(round -> moves(round.recorded())),
                        new Column()
                                .header("replay")
                                .dataAlign(HorizontalAlign.LEFT)
                                .with(round -> moves(round.replayed())),
                        new Column().header("alike").with(ReplayCommand::verdict)));
    }

    private static String verdict(Replay.Round round) {
        return round.recorded() == null
                ? "not decided"
                : !round.comparable() ? "warm-up" : round.agrees() ? "yes" : "NO";
    }

    private static String moves(PlanDocument plan) {
        return plan == null
                ? ""
                : plan.migrations().isEmpty()
                        ? "no moves, " + plan.rejections().size() + " rejections"
                        : plan.migrations().stream()
                                .map(m -> shortened(m.container()) + ": " + m.from() + " -> " + m.to())
                                .collect(Collectors.joining("; "));
    }

    private static String shortened(String id) {
        return id.length() > 12 ? id.substring(0, 12) : id;
    }
}
