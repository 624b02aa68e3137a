package org.livemigrate.simulator.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.livemigrate.scheduler.cost.PreCopyRule;
import org.livemigrate.simulator.engine.Placement;
import org.livemigrate.simulator.metrics.HostMeters;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of {@code simulate}; {@code simulator/simulate.yaml} documents each default. */
final class SimulateOptions {
    /** A container that asks for nothing is taken as completed. */
    static final String ZERO_EXITS = "zero-exits";

    /** See {@link HostMeters.CloudSimReading}. */
    static final String TRAPEZOID_ENERGY = "trapezoid-energy";

    /** See {@link HostMeters.CloudSimReading}. */
    static final String INCOMING_VIOLATES = "incoming-violates";

    private static final Set<String> SIMULATOR_SWITCHES = Set.of(ZERO_EXITS, TRAPEZOID_ENERGY, INCOMING_VIOLATES);

    enum Memory {
        ENFORCED,
        IGNORED
    }

    enum Switch {
        ON,
        OFF
    }

    enum ContentionName {
        MAX_MIN,
        PROPORTIONAL
    }

    enum MigrationsName {
        PRECOPY,
        LITERATURE
    }

    static final class Source {
        @Option(
                names = "--trace",
                required = true,
                paramLabel = "FORMAT:PATH",
                description = "planetlab:PATH[:DAY], bitbrains:PATH, alibaba:PATH, nab:PATH or csv:PATH (a directory,"
                        + " .tar.gz, .gz or plain file), or recording:FILE of the live system.")
        String trace;

        @Option(
                names = "--generate",
                required = true,
                paramLabel = "SPEC",
                description = "A seeded workload instead: containers=100,days=1,step=300s,mean=12,cpu=1000,"
                        + "memory-mib=512,seed=1,profile=diurnal|bursty|heavy-tailed|spikes|mixed, all optional.")
        String generate;

        @Option(
                names = "--snapshot",
                required = true,
                paramLabel = "URL|FILE",
                description =
                        "A live fleet as it stands, from its controller or a file: what would each policy do in the"
                                + " next hour?")
        String snapshot;
    }

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    Source source = new Source();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "${env:LIVE_MIGRATE_TOKEN_FILE:-/etc/live-migrate/token}",
            description = "With --snapshot URL: the fleet's token. Default: $LIVE_MIGRATE_TOKEN_FILE, else"
                    + " /etc/live-migrate/token.")
    Path tokenFile;

    @Option(
            names = "--forecast",
            defaultValue = "bootstrap",
            description =
                    "With --snapshot: last (everybody goes on as now), trend (a line through the recent samples), or"
                            + " bootstrap[:SEED] (recent samples drawn again, in blocks, the same for all). Default:"
                            + " ${DEFAULT-VALUE}.")
    String forecast;

    @Option(
            names = "--horizon",
            defaultValue = "1h",
            description = "With --snapshot: how far. Default: ${DEFAULT-VALUE}.")
    String horizon;

    @Option(
            names = "--columns",
            defaultValue = "plain",
            description =
                    "Meaning of a csv: trace's columns: plain, google, azure, alibaba-containers, or pairs such as"
                            + " id=vm,time=t,time-unit=s,cpu=use,cpu-unit=fraction.")
    String columns;

    @Option(names = "--step", description = "Grid of irregular traces, such as 60s; each format has its own default.")
    String step;

    @Option(
            names = "--hosts",
            description = "planetlab (800 hosts of Beloglazov and Buyya 2012, with their VM sizes), or"
                    + " COUNT[xMILLICORESm[/MEMORY GiB]], several with +: 50x4000m/16GiB+50x8000m/32GiB. Default:"
                    + " 20; with a recording or a snapshot its own hosts.")
    String hosts;

    @Option(
            names = "--policy",
            split = ",",
            defaultValue = "none,greedy",
            description =
                    "One or more policies, and what to read them against: bound (proven), clairvoyant (local-search"
                            + " that knows the next ten minutes). Default: ${DEFAULT-VALUE}.")
    List<String> policies = new ArrayList<>();

    @Option(
            names = "--target",
            split = ",",
            defaultValue = "80",
            description = "Load above which a host is overloaded, in percent; one or more. Default: ${DEFAULT-VALUE}.")
    List<String> targets = new ArrayList<>();

    @Option(
            names = "--headroom",
            defaultValue = "0",
            description = "Percent of a destination left free. Default: ${DEFAULT-VALUE}.")
    String headroom;

    @Option(
            names = "--interval",
            split = ",",
            description = "Between scheduling rounds, such as 60s; one or more. Default: the trace's step.")
    List<String> intervals = new ArrayList<>();

    @Option(
            names = "--seeds",
            defaultValue = "1",
            description = "Of policies that draw lots: 7, 1,2,3 or 1..20. Default: ${DEFAULT-VALUE}.")
    String seeds;

    @Option(
            names = "--memory",
            defaultValue = "ENFORCED",
            description = "${COMPLETION-CANDIDATES}: whether a host's memory limits what may be put on it. Default:"
                    + " ${DEFAULT-VALUE}.")
    Memory memory;

    @Option(
            names = "--migrations",
            description =
                    "${COMPLETION-CANDIDATES}: how migrations go. Default: LITERATURE with --hosts planetlab, else"
                            + " PRECOPY.")
    MigrationsName migrations;

    @Option(names = "--calibration", description = "calibration.json with the constants of pre-copy migrations.")
    Path calibration;

    @Option(
            names = "--downtime-budget",
            defaultValue = "250ms",
            description = "How long the last copy may take before pre-copy stops. Default: ${DEFAULT-VALUE}.")
    String downtimeBudget;

    @Option(
            names = "--max-rounds",
            defaultValue = "10",
            description = "Most pre-copy rounds. Default: ${DEFAULT-VALUE}.")
    int maxRounds;

    @Option(
            names = "--max-in-flight",
            description =
                    "Most migrations at a time; 0 is no limit. Default: no limit with the literature's migrations,"
                            + " else 64: they share one store, and more would only wait for each other there.")
    Integer maxInFlight;

    @Option(
            names = "--placement",
            description = "${COMPLETION-CANDIDATES}: where containers start. Default: BEST_FIT with --hosts planetlab,"
                    + " else ROUND_ROBIN.")
    Placement placement;

    @Option(
            names = "--switches",
            split = ",",
            description =
                    "Ways of the literature's released code, to compare with its results: stale-power, core-limit,"
                            + " empty-receivers, woken-closed, unweighted-regression, zero-exits, trapezoid-energy,"
                            + " incoming-violates. Default: none.")
    List<String> switches = new ArrayList<>();

    @Option(
            names = "--idle-hosts",
            defaultValue = "OFF",
            description =
                    "${COMPLETION-CANDIDATES}: whether an empty host draws idle power. Default: ${DEFAULT-VALUE}.")
    Switch idleHosts;

    @Option(
            names = "--guards",
            defaultValue = "off",
            description = "Before every policy: off, live (the live system's), or either with pairs such as"
                    + " live,breach=3/5,cool-down=10m,round=20 (also host-cool-down, in-flight, in, out,"
                    + " in-flight-load=on|off, gain, cost=10m|off, capability=on|off). Default: ${DEFAULT-VALUE}.")
    String guards;

    @Option(
            names = "--failures",
            defaultValue = "off",
            description = "When hosts fail: off, or saturation=95,for=5m,detect=2m,repair=30m,mtbf=0s (these are the"
                    + " defaults of what is not said). Default: ${DEFAULT-VALUE}.")
    String failures;

    @Option(
            names = "--membership",
            defaultValue = "off",
            description = "Hosts that join or leave: off, or join=HOST@TIME and leave=HOST@TIME such as"
                    + " leave=h003@6h,join=h007@90m; who leaves is drained first. Default: ${DEFAULT-VALUE}.")
    String membership;

    @Option(
            names = "--telling",
            paramLabel = "HOW",
            description = "How the scheduler comes to know of the fleet: direct (every sample at once), or live (as the"
                    + " controller hears it), with pairs such as live,threshold=50,delay=2s,loss=1 (also"
                    + " memory-threshold=MIB, every=5s, heartbeat=10s, heartbeat-loss=PERCENT, expiry=2m). May be given"
                    + " several times. Default: direct.")
    List<String> tellings = new ArrayList<>();

    @Option(
            names = "--contention",
            defaultValue = "MAX_MIN",
            description = "${COMPLETION-CANDIDATES}: what containers are seen to use on a host that has too little for"
                    + " them; matters when it is told. Default: ${DEFAULT-VALUE}.")
    ContentionName contention;

    @Option(
            names = "--history",
            defaultValue = "30",
            description = "Past samples that policies see. Default: ${DEFAULT-VALUE}.")
    int history;

    @Option(
            names = "--repeat",
            defaultValue = "1",
            description = "Do each run so often in this process; wallSeconds is the median of all but the first two.")
    int repeat;

    @Option(
            names = "--warm-up",
            defaultValue = "3s",
            description = "With --repeat: how long each run is first done over and over, uncounted. Default:"
                    + " ${DEFAULT-VALUE}.")
    String warmUp;

    @Option(
            names = "--threads",
            defaultValue = "0",
            description = "Threads over the runs; 0 is one per processor (one in all with --repeat). The figures do not"
                    + " depend on it.")
    int threads;

    @Option(
            names = "--shard",
            defaultValue = "0/1",
            description = "Do only this part of the runs, such as 3/16 (numbered from 0).")
    String shard;

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    boolean json;

    @Option(names = "--out", description = "Write runs.json, runs.csv and each run's migrations.csv to this directory.")
    Path out;

    @Option(names = "--series", description = "With --out: also each run's load per host and sample.")
    boolean series;

    @Option(
            names = "--plot",
            description = "With --out: also each run's load over time with its migrations marked, as PNG and SVG.")
    boolean plot;

    @Option(names = "--quiet", description = "No progress.")
    boolean quiet;

    @Option(
            names = "--config",
            description = "YAML file with options by their long names; the command line goes before it.")
    Path config;

    /** The switches that concern the policy. */
    Set<String> policySwitches() {
        Set<String> names = new TreeSet<>(switches);
        names.removeAll(SIMULATOR_SWITCHES);
        return names;
    }

    boolean isOn(String name) {
        return switches.contains(name);
    }

    int maxInFlight(boolean literature) {
        if (maxInFlight == null) {
            return literature ? Integer.MAX_VALUE : 64;
        }
        return maxInFlight == 0 ? Integer.MAX_VALUE : maxInFlight;
    }

    HostMeters.CloudSimReading reading() {
        return new HostMeters.CloudSimReading(isOn(TRAPEZOID_ENERGY), isOn(INCOMING_VIOLATES));
    }

    PreCopyRule preCopyRule() {
        return new PreCopyRule(
                Durations.parseMs("--downtime-budget", downtimeBudget), maxRounds, PreCopyRule.DEFAULT.minShrink());
    }
}
