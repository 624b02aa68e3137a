package org.livemigrate.simulator.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.guard.Guard;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.model.Fraction;

class GuardSpecTest {
    @Test
    void everyGuardCanBeSwitchedOnByName() {
        GuardSettings all = GuardSpec.parse(
                "off,breach=2/3,cool-down=5m,host-cool-down=1m,round=9,in-flight=4,in=1,out=2,"
                        + "in-flight-load=on,gain=5,cost=10m,capability=on",
                Calibration.DEFAULT);

        assertThat(all.guards(Fraction.percent(80)).stream().map(Guard::name))
                .containsExactly(
                        "constraints",
                        "capability-match",
                        "sustained-breach",
                        "cool-down",
                        "minimum-gain",
                        "cost-benefit",
                        "in-flight-load",
                        "budget");
        assertThat(all.costHorizon()).isEqualTo(Duration.ofMinutes(10));
        // 1.586 s that are fixed, and a gigabyte into the store at 118.1 MB/s and out of it at 91.1 MB/s
        assertThat(all.cost().duration(1_000_000_000).toMillis()).isBetween(21_000L, 21_100L);
        assertThat(GuardSpec.parse("live,cost=off,capability=off", Calibration.DEFAULT)
                        .guards(Fraction.percent(80)))
                .extracting(Guard::name)
                .doesNotContain("cost-benefit", "capability-match");
    }

    @Test
    void aMoveCostsWhatItCostsInTheRun() {
        Calibration slow = Calibration.DEFAULT.withRates(50_000_000, 50_000_000);

        assertThat(GuardSpec.parse("off,cost=10m", slow)
                        .cost()
                        .duration(1_000_000_000)
                        .toMillis())
                .isBetween(41_500L, 41_700L);
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        assertThatThrownBy(() -> GuardSpec.parse("live,warp=9", Calibration.DEFAULT))
                .hasMessageContaining("warp=9");
        assertThatThrownBy(() -> GuardSpec.parse("live,cost=soon", Calibration.DEFAULT))
                .hasMessageContaining("cost=soon");
        assertThatThrownBy(() -> GuardSpec.parse("live,in-flight-load=yes", Calibration.DEFAULT))
                .hasMessageContaining("in-flight-load=yes");
        assertThatThrownBy(() -> GuardSpec.parse("live,capability", Calibration.DEFAULT))
                .hasMessageContaining("capability");
    }
}
