package org.livemigrate.benchmarks.migration.sweep;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A grid of settings, how often each is measured, and in which order.
 *
 * @param workloads by name, see {@link Workload#FORMS}
 * @param engines of the agents
 * @param rounds pre-dumps
 * @param delaysMs between pre-dumps; counts from two rounds on
 * @param compressions of the images; live has none, whatever is said here
 * @param budgetsMs downtimes at which the engine's own rule ends the pre-dumps; empty: all rounds are made
 * @param storeDelaysMs by which the store's answers are made late; empty: the store is left as it is
 * @param repeat measured migrations of each setting
 * @param warmup migrations of each setting before these
 * @param seed of the order
 */
public record Sweep(
        List<String> workloads,
        List<String> engines,
        List<Integer> rounds,
        List<Long> delaysMs,
        List<String> compressions,
        List<Long> budgetsMs,
        List<Long> storeDelaysMs,
        int repeat,
        int warmup,
        long seed) {

    private static final String NONE = "none";
    private static final Set<String> COMPRESSIONS = Set.of(NONE, "zstd", "gzip");
    private static final int MOST_ROUNDS = 100;
    private static final long MOST_STORE_DELAY_MS = 10_000;

    /** It makes all rounds that it is asked for, whatever they bring. */
    private static final String WITHOUT_RULE = "podman";

    /** It takes the option and writes its images as they are: a compressed setting would be the plain one once more. */
    private static final String WITHOUT_COMPRESSION = "live";

    /** The report's one setting: 10 pre-dumps, its container engine, its four workloads. */
    public static final Sweep REPORT = new Sweep(
            List.of("cpu", "io", "memory", "mixed"),
            List.of("podman"),
            List.of(10),
            List.of(1_000L),
            List.of("none"),
            List.of(),
            List.of(),
            5,
            1,
            1);

    public Sweep {
        workloads = List.copyOf(workloads);
        engines = List.copyOf(engines);
        rounds = List.copyOf(rounds);
        delaysMs = List.copyOf(delaysMs);
        compressions = List.copyOf(compressions);
        budgetsMs = List.copyOf(budgetsMs);
        storeDelaysMs = List.copyOf(storeDelaysMs);
        requireSome("workload", workloads);
        requireSome("engine", engines);
        requireSome("rounds", rounds);
        requireSome("delay", delaysMs);
        requireSome("compression", compressions);
        workloads.forEach(Workload::parse);
        engines.forEach(engine -> require(engine.matches("[a-z][a-z0-9-]*"), "engine", engine, "name one"));
        rounds.forEach(n -> require(n >= 0 && n <= MOST_ROUNDS, "rounds", n, "write 0 to " + MOST_ROUNDS));
        delaysMs.forEach(ms -> require(ms >= 0, "delay", ms, "write 0 or more milliseconds"));
        compressions.forEach(
                name -> require(COMPRESSIONS.contains(name), "compression", name, "write none, zstd or gzip"));
        budgetsMs.forEach(ms -> require(ms >= 0, "downtime-budget", ms, "write 0 or more milliseconds"));
        storeDelaysMs.forEach(ms -> require(
                ms >= 0 && ms <= MOST_STORE_DELAY_MS, "store-delay", ms, "write 0 to " + MOST_STORE_DELAY_MS + " ms"));
        require(repeat >= 1, "repeat", repeat, "write 1 or more");
        require(warmup >= 0, "warmup", warmup, "write 0 or more");
    }

    private static void requireSome(String what, List<?> values) {
        require(!values.isEmpty(), what, "", "name at least one");
    }

    private static void require(boolean holds, String what, Object value, String advice) {
        if (!holds) {
            throw new IllegalArgumentException("--" + what + " " + value + ": " + advice + ".");
        }
    }

    /**
     * The cells, each once: a delay means nothing with fewer than two rounds, nor where a rule decides, nor that without;
     * nor compression where the engine has none.
     */
    public List<Setting> settings() {
        Set<Setting> settings = new LinkedHashSet<>();
        for (String workload : workloads) {
            for (String engine : engines) {
                for (int n : rounds) {
                    for (String compression : engine.equals(WITHOUT_COMPRESSION) ? List.of(NONE) : compressions) {
                        for (Way way : ways(engine, n)) {
                            stores().forEach(storeDelay -> settings.add(new Setting(
                                    Workload.parse(workload),
                                    engine,
                                    n,
                                    way.delayMs(),
                                    compression,
                                    way.budgetMs(),
                                    storeDelay)));
                        }
                    }
                }
            }
        }
        return List.copyOf(settings);
    }

    private List<Long> stores() {
        return storeDelaysMs.isEmpty() ? Collections.singletonList(null) : storeDelaysMs;
    }

    /** How rounds follow each other, and what ends them. */
    private record Way(long delayMs, Long budgetMs) {}

    private List<Way> ways(String engine, int rounds) {
        if (rounds > 0 && !budgetsMs.isEmpty() && !engine.equals(WITHOUT_RULE)) {
            return budgetsMs.stream()
                    .map(budget -> new Way(delaysMs.get(0), budget))
                    .toList();
        }
        return (rounds < 2 ? delaysMs.subList(0, 1) : delaysMs)
                .stream().map(delay -> new Way(delay, null)).toList();
    }

    /**
     * All migrations in the order in which they are made: the warm-up, then one block a repetition, each block with
     * every setting in an order of its own, so that what changes slowly on the machine meets all settings alike.
     */
    public List<Run> order() {
        Random random = new Random(seed);
        List<Run> runs = new ArrayList<>();
        for (int block = 1 - warmup; block <= repeat; block++) {
            List<Setting> shuffled = new ArrayList<>(settings());
            Collections.shuffle(shuffled, random);
            boolean warming = block <= 0;
            int number = warming ? block + warmup : block;
            shuffled.forEach(setting -> runs.add(new Run(setting, number, warming)));
        }
        return List.copyOf(runs);
    }
}
