package org.livemigrate.scheduler.policy;

import java.util.List;
import org.livemigrate.scheduler.literature.Consolidation;
import org.livemigrate.scheduler.literature.Detector;
import org.livemigrate.scheduler.literature.InterQuartileRange;
import org.livemigrate.scheduler.literature.LocalRegression;
import org.livemigrate.scheduler.literature.MaximumCorrelation;
import org.livemigrate.scheduler.literature.MedianAbsoluteDeviation;
import org.livemigrate.scheduler.literature.Selector;
import org.livemigrate.scheduler.literature.StaticThreshold;
import org.livemigrate.scheduler.literature.Switches;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;

/**
 * A detector and a selector of the consolidation literature, by names such as {@code thr-mmt}: {@code thr} (the target
 * is its threshold), {@code mad} (2.5), {@code iqr} (1.5), {@code lr} (1.2) with {@code mmt}, {@code mc}, {@code rs}; see
 * {@link Consolidation}. The parameters are the paper's.
 */
public final class LiteraturePolicy implements Policy {
    /** Every detector with every selector. */
    public static final List<String> NAMES = List.of(
            "thr-mmt", "thr-mc", "thr-rs", "mad-mmt", "mad-mc", "mad-rs", "iqr-mmt", "iqr-mc", "iqr-rs", "lr-mmt",
            "lr-mc", "lr-rs");

    private final String name;
    private final PolicyParameters parameters;
    private final Detector detector;
    private final Selector selector;
    private final Switches switches;

    /** As the paper says. */
    public LiteraturePolicy(String name, PolicyParameters parameters) {
        this(name, parameters, Switches.PAPER);
    }

    /** With some of the released code's ways. */
    public LiteraturePolicy(String name, PolicyParameters parameters, Switches switches) {
        this.name = name;
        this.parameters = parameters;
        this.switches = switches;
        int dash = name.indexOf('-');
        detector = detector(name.substring(0, Math.max(0, dash)));
        selector = selector(name.substring(dash + 1));
    }

    private Detector detector(String text) {
        return switch (text) {
            case "thr" -> new StaticThreshold(parameters.target());
            case "mad" -> new MedianAbsoluteDeviation(2.5);
            case "iqr" -> new InterQuartileRange(1.5);
            case "lr" -> new LocalRegression(1.2, !switches.unweightedRegression());
            default ->
                throw new IllegalArgumentException(
                        "There is no detector '" + text + "' in '" + name + "'. Use one of: thr, mad, iqr, lr.");
        };
    }

    private Selector selector(String text) {
        return switch (text) {
            case "mmt" -> Selector.minimumMigrationTime();
            case "mc" -> new MaximumCorrelation();
            case "rs" -> Selector.random(parameters.seed());
            default ->
                throw new IllegalArgumentException(
                        "There is no selector '" + text + "' in '" + name + "'. Use one of: mmt, mc, rs.");
        };
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public MigrationPlan plan(ClusterSnapshot snapshot) {
        parameters.listener().onStart(snapshot);
        MigrationPlan plan = new Consolidation(
                        snapshot, parameters.target(), parameters.headroom(), detector, selector, switches)
                .plan(name);
        parameters.listener().onPlan(plan);
        return plan;
    }
}
