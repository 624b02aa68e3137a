package org.livemigrate.simulator.compare;

import java.util.Arrays;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Trace;

/**
 * The trace as CloudSim 4.0 plays it: it takes a VM that asks for nothing as completed and removes it for good
 * ({@code HostDynamicWorkload.getCompletedVms}). As its updates fall a tenth of a second after each sample and demand is
 * interpolated, a VM goes at the first of two zeros in a row.
 */
public final class ZeroExits {
    private ZeroExits() {}

    /** The same trace in which such VMs are absent from then on. */
    public static Trace of(Trace trace) {
        byte[][] rows = Arrays.stream(trace.rows()).map(byte[]::clone).toArray(byte[][]::new);
        for (int c = 0; c < trace.series().size(); c++) {
            for (int k = 1; k + 1 < rows.length; k++) {
                if (rows[k][c] == 0 && rows[k + 1][c] == 0) {
                    for (int gone = k; gone < rows.length; gone++) {
                        rows[gone][c] = Samples.ABSENT;
                    }
                }
            }
        }
        return new Trace(trace.name(), trace.series(), trace.stepMs(), trace.startEpochMs(), rows, trace.filled());
    }
}
