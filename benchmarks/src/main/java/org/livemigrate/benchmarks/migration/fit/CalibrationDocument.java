package org.livemigrate.benchmarks.migration.fit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Optional;
import org.livemigrate.scheduler.cost.Calibration;

/**
 * {@code calibration.json}: the simulator's {@link Calibration}, by its own field names, and beside it where the figures
 * come from, which the simulator passes over.
 *
 * @param calibration of one engine over one store
 * @param fittedFrom which of the fits that is
 * @param assumed fields that are not measured here, with their default values
 * @param fits all of them, with their quality, range and errors
 */
public record CalibrationDocument(
        @JsonUnwrapped Calibration calibration, String fittedFrom, List<String> assumed, List<CostFit> fits) {

    private static final List<String> ASSUMED = List.of(
            "dirtyBytesPerCpuSecond",
            "workingSetFraction",
            "degradation",
            "sourceOverheadMillicores",
            "targetOverheadMillicores");

    /** @throws IllegalArgumentException when the fit gives no cost model; the message says why */
    public static CalibrationDocument of(CostFit chosen, List<CostFit> all) {
        require(chosen, "freeze", chosen.freeze());
        require(chosen, "restore", chosen.restore());
        // where no line can be told from the noise, pre-dumps copy as fast as the freeze
        Optional<Line> round = Optional.ofNullable(chosen.round()).filter(Line::usable);
        Calibration usual = Calibration.DEFAULT;
        Calibration calibration = new Calibration(
                chosen.freeze().bytesPerSecond(),
                chosen.restore().bytesPerSecond(),
                chosen.freeze().fixedMs(),
                chosen.restore().fixedMs(),
                chosen.besides().setupMs(),
                round.orElse(chosen.freeze()).bytesPerSecond(),
                chosen.besides().roundMs() + round.map(Line::fixedMs).orElse(0.0),
                usual.dirtyBytesPerCpuSecond(),
                usual.workingSetFraction(),
                usual.degradation(),
                usual.sourceOverheadMillicores(),
                usual.targetOverheadMillicores(),
                // the fitted restore is what the container waits for, whatever comes after it
                false);
        return new CalibrationDocument(calibration, name(chosen), ASSUMED, all);
    }

    /** Names a fit for people. */
    public static String name(CostFit fit) {
        return "lab " + fit.lab() + ", engine " + fit.engine() + ", compression " + fit.compression() + ", store "
                + fit.store().fs() + " (" + fit.store().cache() + " cache"
                + (fit.store().delayMs() == null
                        ? ""
                        : ", delay " + Math.round(fit.store().delayMs()) + " ms") + ")";
    }

    private static void require(CostFit fit, String what, Line line) {
        if (!line.usable()) {
            throw new IllegalArgumentException("The " + what + " of " + name(fit) + " gives no cost model: fixed "
                    + Math.round(line.fixedMs()) + " ms, " + line.msPerMB() + " +- " + line.msPerMBWithin()
                    + " ms/MB. Measure more sizes and repetitions (--workload cpu,memory:64M,memory:256M).");
        }
    }
}
