package org.livemigrate.scheduler.literature;

import org.livemigrate.scheduler.model.Fraction;

/** THR: overloaded above a fixed share of the capacity. The paper's default is 0.8. Compared exactly. */
public record StaticThreshold(Fraction threshold) implements Detector {
    /** What the adaptive detectors fall back to until there are samples enough; as in the authors' code. */
    public static final StaticThreshold FALLBACK = new StaticThreshold(Fraction.percent(70));

    @Override
    public int historyLength() {
        return 0;
    }

    @Override
    public boolean isOverloaded(long demand, long capacity, long[] history, int offset, int length) {
        return threshold.isExceededBy(demand, capacity);
    }

    @Override
    public long surelyOverloadedAbove(long capacity) {
        return threshold.floorOf(capacity);
    }
}
