package org.livemigrate.benchmarks.scheduling;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.synthetic.HotFleet;
import org.livemigrate.scheduler.synthetic.HotFleet.Range;
import org.livemigrate.scheduler.synthetic.PastHour;

/**
 * The fleets that benchmarks plan for, by name: {@code KIND-HOSTS} with 20 containers on each host, or {@code
 * KIND-HOSTSxCONTAINERS}; target 60 %, always the same seed. Kinds: {@code balanced} (no host over target), {@code
 * skewed} (one host in ten at 80 to 95 %, the others far below), {@code adversarial} (nine hosts in ten a little above
 * target, the fleet's mean above it too, so that much is tried and nothing can be mended), and {@code easy} and {@code
 * saturated} of {@link HotFleet}.
 */
final class Instance {
    static final Fraction TARGET = Fraction.percent(60);

    private static final long SEED = 2026;
    private static final int USUAL_CONTAINERS = 20;
    private static final Pattern NAME = Pattern.compile("([a-z]+)-(\\d+)(?:x(\\d+))?");

    private Instance() {}

    static ClusterSnapshot snapshot(String name) {
        Matcher form = NAME.matcher(name);
        if (!form.matches()) {
            throw new IllegalArgumentException("There is no instance '" + name + "'. Use KIND-HOSTS or"
                    + " KIND-HOSTSxCONTAINERS, such as skewed-1000x50.");
        }
        int hosts = Integer.parseInt(form.group(2));
        int per = form.group(3) == null ? USUAL_CONTAINERS : Integer.parseInt(form.group(3));
        HotFleet fleet = switch (form.group(1)) {
            case "balanced" -> new HotFleet(hosts, per, 0, new Range(0, 0), new Range(40, 58), 490, SEED);
            case "skewed" -> new HotFleet(hosts, per, 10, new Range(80, 95), new Range(20, 40), 360, SEED);
            case "adversarial" -> new HotFleet(hosts, per, 90, new Range(61, 75), new Range(52, 59), 665, SEED);
            case "easy" -> withContainers(HotFleet.easy(hosts, SEED), per);
            case "saturated" -> withContainers(HotFleet.saturated(hosts, SEED), per);
            default ->
                throw new IllegalArgumentException("There is no kind of fleet '" + form.group(1)
                        + "'. Use balanced, skewed, adversarial, easy or saturated.");
        };
        return fleet.snapshot();
    }

    private static HotFleet withContainers(HotFleet f, int containersPerHost) {
        return new HotFleet(
                f.hosts(), containersPerHost, f.hotPercent(), f.hot(), f.cool(), f.meanPermille(), f.seed());
    }

    /** With an hour before it, as the adaptive detectors look at. */
    static ClusterSnapshot withHistory(String name) {
        return PastHour.before(snapshot(name), SEED);
    }

    /** {@link LivedIn}. */
    static ClusterSnapshot livedIn(String name) {
        return LivedIn.of(snapshot(name), SEED);
    }
}
