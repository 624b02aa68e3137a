package org.livemigrate.scheduler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterSnapshotTest {
    private static ClusterSnapshotBuilder small() {
        return ClusterSnapshot.builder().host("h2", 2000).host("h1", 1000).container("b", "h2", 5);
    }

    @Test
    void sortsByIdWhateverTheListing() {
        ClusterSnapshot snapshot = small().container("a", "h2", 7).build();
        assertThat(snapshot.hostId(0)).isEqualTo("h1");
        assertThat(snapshot.containerId(0)).isEqualTo("a");
        assertThat(snapshot.containersOn(1)).containsExactly(0, 1);
        assertThat(snapshot.containerCountOn(0)).isZero();
        assertThat(snapshot.hostCpuMillicores(1)).isEqualTo(12);
        assertThat(snapshot.containerIndex("nobody")).isEqualTo(-1);
    }

    @Test
    void theNextSampleSharesTheRest() {
        ClusterSnapshot first = small().build();
        ClusterSnapshot next = first.withDemand(Instant.EPOCH.plusSeconds(10), new long[] {50});
        assertThat(next.hostCpuMillicores(1)).isEqualTo(50);
        assertThat(first.hostCpuMillicores(1)).isEqualTo(5);
        assertThat(next.time()).isEqualTo(Instant.EPOCH.plusSeconds(10));
        assertThat(next.topology()).isSameAs(first.topology());
        assertThatThrownBy(() -> first.withDemand(Instant.EPOCH, new long[2])).hasMessageContaining("1 containers");
        assertThatThrownBy(() -> first.withDemand(Instant.EPOCH, new long[] {-4}))
                .isInstanceOf(InvalidClusterException.class)
                .hasMessageContaining("'b'")
                .hasMessageContaining("-4");
    }

    @Test
    void movesByRevision() {
        ClusterSnapshot moved =
                small().build().revise().placement(new int[] {0}).build();
        assertThat(moved.containersOn(0)).containsExactly(0);
        assertThat(moved.container(0).hostId()).isEqualTo("h1");
    }

    @Test
    void whatIsWrongIsSaidWithNamesAndValues() {
        assertThatThrownBy(() -> small().host("h1", 1).build())
                .isInstanceOf(InvalidClusterException.class)
                .hasMessage("Host 'h1' is listed twice. Give every host its own id.");
        assertThatThrownBy(() -> small().container("b", "h1", 1).build())
                .hasMessage("Container 'b' is listed twice. Give every container its own id.");
        assertThatThrownBy(() -> small().container("c", "h9", 1).build())
                .hasMessage("Container 'c' is on host 'h9', which is not listed. List the host, or correct the name.");
        assertThatThrownBy(() -> Host.of("h", 0))
                .hasMessageContaining("Host 'h'")
                .hasMessageContaining("0 millicores");
        assertThatThrownBy(() -> Host.of("h", 1, -5)).hasMessageContaining("-5");
        assertThatThrownBy(() -> Container.of("c", "h", -3))
                .hasMessageContaining("'c'")
                .hasMessageContaining("-3");
        assertThatThrownBy(() -> Container.of("c", "h", 1, -3)).hasMessageContaining("memory");
        assertThatThrownBy(() -> small().container("c", "h1", 1_500_000_000)
                        .container("d", "h1", 1_500_000_000)
                        .build())
                .hasMessageContaining("h1")
                .hasMessageContaining("add up");
        assertThatThrownBy(() -> small().inFlight(new InFlightMove("nobody", "h1", "h2", Instant.EPOCH))
                        .build())
                .hasMessageContaining("nobody");
        assertThatThrownBy(() -> small().inFlight(new InFlightMove("b", "h1", "h3", Instant.EPOCH))
                        .build())
                .hasMessageContaining("stands on 'h2'");
    }

    @Test
    void fractionsAreExact() {
        assertThat(Fraction.parsePercent("66.5%")).isEqualTo(new Fraction(133, 200));
        assertThat(Fraction.ofDecimal(0.71)).isEqualTo(Fraction.percent(71));
        assertThat(Fraction.ofDecimal(new BigDecimal("1e-3"))).isEqualTo(new Fraction(1, 1000));
        assertThat(Fraction.percent(71).isExceededBy(71, 100)).isFalse();
        assertThat(Fraction.percent(71).isExceededBy(710_000_001, 1_000_000_000))
                .isTrue();
        assertThat(new Fraction(2, 3).floorOf(Long.MAX_VALUE / 2)).isEqualTo(3_074_457_345_618_258_602L);
        assertThat(Fraction.parsePercent("66.5").toPercentString()).isEqualTo("66.5 %");
        assertThatThrownBy(() -> Fraction.parsePercent("seventy")).hasMessageContaining("'seventy'");
        assertThatThrownBy(() -> Fraction.parsePercent("-1")).hasMessageContaining("negative");
        assertThatThrownBy(() -> Fraction.parsePercent("0.0000000001")).hasMessageContaining("too fine");
    }

    @Test
    void constraintsAreReadFromLabels() {
        assertThat(ConstraintLabels.read(Map.of("app", "web"))).isEqualTo(Constraints.NONE);
        assertThat(ConstraintLabels.read(Map.of(
                        ConstraintLabels.PINNED, "true",
                        ConstraintLabels.ANTI_AFFINITY, "app=web, app=api")))
                .isEqualTo(Constraints.of(
                        true, null, null, List.of(new Label("app", "web"), new Label("app", "api")), null));
        assertThatThrownBy(() -> ConstraintLabels.read(Map.of(ConstraintLabels.PINNED, "perhaps")))
                .hasMessageContaining("perhaps");
    }

    @Test
    void whatOnlyOneCanHaveIsReadFromLabelsToo() {
        Map<String, String> labels = Map.of(ConstraintLabels.EXCLUSIVE, "gpu, port 80/tcp");
        assertThat(ConstraintLabels.read(ConstraintLabels.withPorts(labels, List.of("80/tcp", "53/udp"))))
                .isEqualTo(Constraints.alone("gpu", "port 53/udp", "port 80/tcp"));
        assertThat(ConstraintLabels.read(ConstraintLabels.withPorts(Map.of(), List.of("80/tcp"))))
                .isEqualTo(Constraints.alone("port 80/tcp"));
        assertThat(ConstraintLabels.withPorts(labels, List.of())).isEqualTo(labels);
        assertThatThrownBy(() -> ConstraintLabels.read(Map.of(ConstraintLabels.EXCLUSIVE, "gpu,,x")))
                .isInstanceOf(InvalidClusterException.class)
                .hasMessageContaining("no name");
    }
}
