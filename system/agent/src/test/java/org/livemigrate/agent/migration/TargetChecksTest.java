package org.livemigrate.agent.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.checkpoint.Faults;
import org.livemigrate.agent.checkpoint.ModelledCosts;
import org.livemigrate.agent.checkpoint.ModelledEngine;
import org.livemigrate.agent.checkpoint.files.Volumes;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.ListedContainers;
import org.livemigrate.agent.runtime.ModelledRuntime;
import org.livemigrate.agent.store.DirectoryStore;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.rest.DurableState;

/** What PREPARE finds out about networks and volumes; the rest is asked of whole agents in AgentApiTest. */
class TargetChecksTest {

    @TempDir
    Path folder;

    private final ListedContainers here = new ListedContainers();
    private final ModelledEngine engine = new ModelledEngine(
            new ModelledRuntime("b", Clock.systemUTC(), Delay.REAL), ModelledCosts.INSTANT, Delay.REAL, Faults.NONE);
    private final StepLog log = new StepLog(DurableState.inMemory());
    private TargetChecks checks;

    @BeforeEach
    void makeHost() {
        checks = new TargetChecks(
                here,
                new DirectoryStore(folder, Clock.systemUTC()),
                log,
                port -> true,
                new HostCapacity(4_000, 8L << 30));
    }

    private static ContainerFacts at(String id, String network, String address, int connections) {
        return new ContainerFacts(
                id,
                "name-of-" + id,
                "i",
                "i",
                "running",
                1,
                null,
                0,
                0,
                null,
                "bridge",
                null,
                null,
                null,
                "runc",
                "overlay",
                Map.of(network, address),
                connections);
    }

    private Optional<String> prepare(ContainerFacts container) throws InterruptedException {
        MigrationOptions options = new MigrationOptions("modelled", 0, 0, "none", true, 100);
        return checks.requireRoomFor("m1", new StepRequest(1, container, "a", "b", options, null), engine);
    }

    @Test
    void anAddressThatIsFreeIsKept() throws Exception {
        here.containers.add(at("c2", "podman", "10.88.0.3", 0));
        here.containers.add(at("c3", "other", "10.88.0.2", 0));
        here.networks = Map.of("podman", List.of("10.88.0.0/16"), "other", List.of());
        here.containers.add(at("c4", "podman", "", 0)); // does not run
        assertThat(prepare(at("c1", "podman", "10.88.0.2", 5))).isEmpty();
        assertThat(prepare(at("c1", "podman", "", 0))).isEmpty();
    }

    @Test
    void whereItCannotHaveItsAddressAContainerGetsAnotherUnlessASocketIsBoundToIt() throws Exception {
        here.containers.add(at("c2", "podman", "10.88.0.2", 0));
        assertThat(prepare(at("c1", "podman", "10.88.0.2", 0)))
                .hasValueSatisfying(why -> assertThat(why).contains("name-of-c2 has the address 10.88.0.2"));
        assertRefused("address-taken", at("c1", "podman", "10.88.0.2", 3), "3 of its sockets");
    }

    @Test
    void aNetworkOfTheSameNameMayGiveOutOtherAddresses() throws Exception {
        here.networks = Map.of("backend", List.of("10.89.1.0/24", "fd00:1::/64"));
        assertThat(prepare(at("c1", "backend", "10.89.1.7", 0))).isEmpty();
        assertThat(prepare(at("c1", "backend", "fd00:1::7", 0))).isEmpty();
        assertThat(prepare(at("c1", "backend", "10.89.0.7", 0)))
                .hasValueSatisfying(why -> assertThat(why).contains("10.89.1.0/24", "10.89.0.7"));
        assertThat(prepare(at("c1", "backend", "fd00:2::7", 0))).isPresent();
        assertRefused("address-taken", at("c1", "backend", "10.89.0.7", 1), "1 of its sockets");
    }

    @Test
    void whatAnEarlierVersionHasReservedIsRead() {
        String old =
                "{\"migration\":\"m0\",\"container\":{\"id\":\"c2\",\"name\":\"web\",\"state\":\"running\",\"pid\":1,"
                        + "\"cpuLimitMillicores\":0,\"memoryLimitBytes\":0},\"at\":\"2026-01-01T00:00:00Z\"}";
        assertThat(Json.mapper().readValue(old, Reservation.class).addressLost())
                .isFalse();
    }

    @Test
    void oneThatIsOnItsWayWithTheSameAddressIsWaitedFor() {
        log.reserve(new Reservation("m0", at("c2", "podman", "10.88.0.2", 0), Instant.EPOCH, false));
        assertRefused("address-taken", at("c1", "podman", "10.88.0.2", 0), "on its way");
    }

    @Test
    void theNetworkMustBeHere() {
        assertRefused("cannot-travel", at("c1", "backend", "10.89.0.2", 0), "network backend");
    }

    @Test
    void volumesMustBeHereOrTravel() throws Exception {
        prepare(mounting("shared", folder.toString()));
        assertRefused("cannot-travel", mounting("shared", folder + "/none"), "no such path");
        assertRefused("cannot-travel", mounting("copied", folder.toString()), "engine live");
    }

    private static ContainerFacts mounting(String label, String path) {
        return new ContainerFacts(
                "c1",
                "web",
                "i",
                "i",
                "running",
                1,
                null,
                0,
                0,
                null,
                "none",
                List.of("bind " + path + " on /data"),
                Map.of(Volumes.LABEL, label),
                null);
    }

    private void assertRefused(String type, ContainerFacts container, String why) {
        assertThatThrownBy(() -> prepare(container))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo(type))
                .hasMessageContaining(why);
    }
}
