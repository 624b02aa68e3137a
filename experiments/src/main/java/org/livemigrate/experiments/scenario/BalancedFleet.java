package org.livemigrate.experiments.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.cost.PreCopyRule;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.engine.MigrationModel;
import org.livemigrate.simulator.engine.Placement;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.fleet.FleetSpec;
import org.livemigrate.simulator.metrics.HostMeters;
import org.livemigrate.simulator.trace.Trace;

/**
 * A fleet that has to be balanced: about a thousand containers of one core, dealt out in turn over hosts of four, with
 * migrations by pre-copy through one shared store. CloudSim's 800 hosts would leave nothing to balance.
 */
public final class BalancedFleet {
    /** At this size the busiest of the five PlanetLab days stays below the fleet's capacity. */
    public static final int HOSTS = 50;

    private static final int HISTORY_SAMPLES = 30;

    private BalancedFleet() {}

    /** So many hosts of the usual size, as {@link FleetSpec} writes it. */
    public static String hosts(int count) {
        return count + "x4000m/32GiB";
    }

    /** That demand on the usual fleet; no host fails. */
    public static Scenario scenario(Trace trace, long intervalMs) {
        return scenario(trace, hosts(HOSTS), intervalMs, FailureModel.NONE);
    }

    /** The same on other hosts, which may fail. */
    public static Scenario scenario(Trace trace, String hosts, long intervalMs, FailureModel failures) {
        return scenario(trace, hosts, intervalMs, failures, Calibration.DEFAULT);
    }

    /** The same with other costs of migrations. */
    public static Scenario scenario(
            Trace trace, String hosts, long intervalMs, FailureModel failures, Calibration calibration) {
        FleetSpec fleet = FleetSpec.parse(hosts);
        return new Scenario(
                fleet,
                trace,
                fleet.sizes().of(trace.series()),
                intervalMs,
                true,
                false,
                Placement.ROUND_ROBIN,
                MigrationModel.preCopy(calibration, PreCopyRule.DEFAULT),
                Integer.MAX_VALUE,
                HISTORY_SAMPLES,
                HostMeters.CloudSimReading.NONE,
                failures);
    }

    /** A policy with the live system's headroom and no guards. */
    public static Policy policy(String name, Fraction target) {
        return Policies.create(name, parameters(target));
    }

    /** The same behind guards. */
    public static Policy guarded(String name, Fraction target, GuardSettings guards) {
        return guards.guard(policy(name, target), parameters(target));
    }

    private static PolicyParameters parameters(Fraction target) {
        return PolicyParameters.target(target).withHeadroom(PolicyParameters.LIVE_HEADROOM);
    }

    /**
     * What a manifest should tell of such runs; what an experiment varies, it gives as a list.
     *
     * @param demand where it comes from
     * @param hosts the fleets
     * @param intervalsMs between rounds
     * @param targets loads above which a host sheds some
     * @param guards of the guarded policies
     */
    public static Map<String, String> described(
            String demand, String hosts, List<Long> intervalsMs, List<Fraction> targets, GuardSettings guards) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("demand", demand);
        parameters.put("hosts", hosts);
        parameters.put("container", "1000 millicores, 512 MiB");
        parameters.put("placement", "round robin");
        parameters.put("memory", "enforced");
        parameters.put("migrations", "pre-copy, default calibration, one shared store");
        parameters.put(
                "interval_s", list(intervalsMs.stream().map(ms -> ms / 1000).toList()));
        parameters.put(
                "target", list(targets.stream().map(Fraction::toPercentString).toList()));
        parameters.put("headroom", PolicyParameters.LIVE_HEADROOM.toPercentString());
        parameters.put("guards", guards.toString());
        return parameters;
    }

    private static String list(List<?> values) {
        return values.size() == 1 ? values.get(0).toString() : values.toString();
    }
}
