package org.livemigrate.benchmarks.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.Rejection;
import org.livemigrate.scheduler.plan.RejectionCode;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.PolicyParameters;

/** A guard's time says something only if the guard has something to do. */
class LivedInTest {
    private static final ClusterSnapshot FLEET = Instance.livedIn("skewed-200x20");

    private static MigrationPlan plan(GuardSettings guards) {
        return plan(guards, FLEET);
    }

    private static MigrationPlan plan(GuardSettings guards, ClusterSnapshot fleet) {
        PolicyParameters parameters = PolicyParameters.target(Instance.TARGET);
        return guards.guard(Policies.create("greedy", parameters), parameters).plan(fleet);
    }

    @ParameterizedTest
    @EnumSource(names = {"PINNED", "CONTAINER_COOL_DOWN", "HOST_COOL_DOWN"})
    void somethingIsRefusedFor(RejectionCode code) {
        Duration rest = Duration.ofMinutes(5);
        assertThat(plan(GuardSettings.OFF.withCoolDown(rest, rest)).rejections())
                .extracting(Rejection::code)
                .contains(code);
    }

    @Test
    void behindTheLiveGuardsOneMayGoAndOthersWait() {
        MigrationPlan plan = plan(GuardSettings.LIVE);
        assertThat(plan.migrations()).hasSize(1);
        assertThat(plan.rejections()).extracting(Rejection::code).contains(RejectionCode.IN_FLIGHT_BUDGET);
    }

    @Test
    void hostsAreOfTwoKinds() {
        assertThat(plan(GuardSettings.OFF.withCapabilityMatch(true)).migrations())
                .isNotEqualTo(plan(GuardSettings.OFF).migrations());
    }

    @Test
    void constraintsAreInTheWay() {
        ClusterSnapshotBuilder free = ClusterSnapshot.builder().time(FLEET.time());
        for (int h = 0; h < FLEET.hostCount(); h++) {
            free.host(FLEET.host(h));
        }
        for (int c = 0; c < FLEET.containerCount(); c++) {
            free.container(FLEET.container(c).withConstraints(Constraints.NONE));
        }
        FLEET.inFlightMoves().forEach(free::inFlight);
        FLEET.lastMoves().forEach(free::lastMove);
        assertThat(plan(GuardSettings.OFF).migrations())
                .isNotEqualTo(plan(GuardSettings.OFF, free.build()).migrations());
    }

    @Test
    void itIsTheSameFleetBeneath() {
        ClusterSnapshot bare = Instance.snapshot("skewed-200x20");
        for (int c = 0; c < bare.containerCount(); c++) {
            assertThat(FLEET.containerId(c)).isEqualTo(bare.containerId(c));
            assertThat(FLEET.hostOf(c)).isEqualTo(bare.hostOf(c));
            assertThat(FLEET.cpuMillicores(c)).isEqualTo(bare.cpuMillicores(c));
        }
    }
}
