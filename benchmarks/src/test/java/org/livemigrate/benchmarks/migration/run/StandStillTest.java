package org.livemigrate.benchmarks.migration.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.benchmarks.migration.fleet.ClockOffset;
import org.livemigrate.protocol.ticks.TickLog;

class StandStillTest {

    private static final long BEGIN_MS = 1_000_000;
    private static final long FROZEN_MS = BEGIN_MS + 5_000;
    private static final long NS_PER_MS = 1_000_000;

    /** A tick every 5 ms, but for a hiccup of 40 ms two seconds before the freeze; the freeze is 300 ms after its order. */
    private static TickLog log(long downtimeMs, long offsetMs) {
        List<Long> times = new ArrayList<>();
        for (long ms = BEGIN_MS; ms <= FROZEN_MS + 300; ms += ms == FROZEN_MS - 2_000 ? 40 : 5) {
            times.add(ms);
        }
        long last = times.get(times.size() - 1);
        for (int i = 0; i < 400; i++) {
            times.add(last + downtimeMs + 5L * i + offsetMs);
        }
        String[] nonces = new String[times.size()];
        long[] counts = new long[times.size()];
        long[] ns = new long[times.size()];
        for (int i = 0; i < ns.length; i++) {
            nonces[i] = "a";
            counts[i] = i;
            ns[i] = times.get(i) * NS_PER_MS;
        }
        return new TickLog(nonces, counts, ns);
    }

    private static double felt(TickLog log, long downtimeMs, ClockOffset targetAhead) {
        return new StandStill(
                        (FROZEN_MS - 500) * NS_PER_MS, (FROZEN_MS + 300 + downtimeMs + 500) * NS_PER_MS, targetAhead)
                .longestMs(log);
    }

    @ParameterizedTest
    @CsvSource({"0", "1000", "-1000", "-995", "-200", "-195", "-205", "-100", "100", "3600000", "-3600000"})
    void theStandstillIsTheSameHoweverTheClocksDiffer(long offsetMs) {
        for (long downtimeMs : List.of(100L, 200L, 9_000L)) {
            assertThat(felt(log(downtimeMs, offsetMs), downtimeMs, new ClockOffset(offsetMs, 2)))
                    .as("%d ms", downtimeMs)
                    // where the clocks hide it wholly, any two ticks may be those between which it crossed
                    .isCloseTo(downtimeMs, within(5.0));
        }
    }

    @Test
    void anOffsetThatIsWrongByItsUncertaintyIsNoOtherGap() {
        assertThat(felt(log(200, -995), 200, new ClockOffset(-993, 3))).isCloseTo(198, within(1e-6));
        assertThat(felt(log(200, 1000), 200, new ClockOffset(1003, 3))).isCloseTo(197, within(1e-6));
    }

    @Test
    void ofTheSourcesTicksAloneNothingIsCorrected() {
        assertThat(felt(log(200, 0), 200, ClockOffset.NONE)).isCloseTo(200, within(1e-6));
    }

    @Test
    void noTickNearTheFreezeIsNoStandstill() {
        TickLog none = new TickLog(new String[0], new long[0], new long[0]);
        assertThat(felt(none, 200, new ClockOffset(10, 1))).isZero();
    }
}
