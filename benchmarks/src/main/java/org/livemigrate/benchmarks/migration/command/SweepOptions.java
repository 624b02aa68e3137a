package org.livemigrate.benchmarks.migration.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.livemigrate.benchmarks.migration.sweep.Sweep;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What is measured: the command line before the plan's file, that before the report's one setting. */
final class SweepOptions {

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description =
                    "YAML with any of: workload, engine, rounds, delay, compression, downtimeBudget, storeDelay (lists),"
                            + " repeat, warmup, seed; the command line wins")
    private Path plan;

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            split = ",",
            description = "cpu, io, memory, mixed (the report's; default: all four), redis (checks every reply),"
                    + " memory:SIZE, dirty:SIZE@RATE%% (rewrites that share a second)")
    private List<String> workloads;

    @Option(names = "--engine", paramLabel = "NAME", split = ",", description = "podman (default), live, ...")
    private List<String> engines;

    @Option(names = "--rounds", paramLabel = "N", split = ",", description = "pre-dumps; default 10, the report's")
    private List<Integer> rounds;

    @Option(names = "--delay", paramLabel = "MS", split = ",", description = "between pre-dumps; default 1000")
    private List<Long> delays;

    @Option(
            names = "--compression",
            paramLabel = "NAME",
            split = ",",
            description =
                    "none (default), zstd, gzip: of podman's images; live does not compress: its settings are none")
    private List<String> compressions;

    @Option(
            names = "--downtime-budget",
            paramLabel = "MS",
            split = ",",
            description =
                    "let the engine's own rule end the pre-dumps, at the latest after --rounds, when it predicts no"
                            + " more downtime than this or sees that they do not pay; podman has no such rule; default: all rounds are made")
    private List<Long> budgets;

    @Option(
            names = "--store-delay",
            paramLabel = "MS",
            split = ",",
            description = "by which the store's answers are made late; where the inventory says how (store.setDelay),"
                    + " and in --lab vm; default: the store is left as it is")
    private List<Long> storeDelays;

    @Option(names = "--repeat", paramLabel = "N", description = "measured migrations of each setting; default 5")
    private Integer repeat;

    @Option(names = "--warmup", paramLabel = "N", description = "migrations of each setting before these; default 1")
    private Integer warmup;

    @Option(names = "--seed", paramLabel = "N", description = "of the random order; default 1")
    private Long seed;

    /** A plan's file; what is absent is left to the defaults. */
    private record Plan(
            List<String> workload,
            List<String> engine,
            List<Integer> rounds,
            List<Long> delay,
            List<String> compression,
            List<Long> downtimeBudget,
            List<Long> storeDelay,
            Integer repeat,
            Integer warmup,
            Long seed) {
        static final Plan NONE = new Plan(null, null, null, null, null, null, null, null, null, null);

        Plan {
            requireItems("workload", workload);
            requireItems("engine", engine);
            requireItems("rounds", rounds);
            requireItems("delay", delay);
            requireItems("compression", compression);
            requireItems("downtimeBudget", downtimeBudget);
            requireItems("storeDelay", storeDelay);
        }

        /** YAML reads an item of which only the dash is there as null. */
        private static void requireItems(String field, List<?> items) {
            if (items != null && items.stream().anyMatch(Objects::isNull)) {
                throw new IllegalArgumentException(field + " has an item that is empty: write a value, or take it out");
            }
        }
    }

    Sweep sweep() {
        Plan file = plan == null ? Plan.NONE : read(plan);
        Sweep report = Sweep.REPORT;
        return new Sweep(
                first(workloads, file.workload(), report.workloads()),
                first(engines, file.engine(), report.engines()),
                first(rounds, file.rounds(), report.rounds()),
                first(delays, file.delay(), report.delaysMs()),
                first(compressions, file.compression(), report.compressions()),
                first(budgets, file.downtimeBudget(), report.budgetsMs()),
                first(storeDelays, file.storeDelay(), report.storeDelaysMs()),
                first(repeat, file.repeat(), report.repeat()),
                first(warmup, file.warmup(), report.warmup()),
                first(seed, file.seed(), report.seed()));
    }

    private static <T> T first(T asked, T planned, T usual) {
        return asked != null ? asked : planned != null ? planned : usual;
    }

    private static Plan read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("--plan " + file + ": no such file.");
        }
        try {
            Plan plan = YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                    .build()
                    .readValue(file.toFile(), Plan.class);
            return plan == null ? Plan.NONE : plan;
        } catch (JacksonException e) {
            String where =
                    e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            String what = e.getCause() instanceof IllegalArgumentException cause
                    ? cause.getMessage()
                    : e.getOriginalMessage();
            throw new IllegalArgumentException("--plan " + file + where + ": " + what + ".", e);
        }
    }
}
