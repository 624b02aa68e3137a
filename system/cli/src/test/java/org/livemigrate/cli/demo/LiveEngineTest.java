package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.controller.agents.RestAgents;
import org.livemigrate.controller.migration.MigrationLimits;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;

/** The live engine on real containers, in the native lab. */
@Tag("real")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveEngineTest {

    private static final String SOURCE = "node1";
    private static final String TARGET = "node2";
    private static final MigrationOptions LIVE = MigrationOptions.DEFAULT.withEngine("live");

    /** More of them are a proof for an hour at leisure: {@code -Dlivemigrate.redis.moves=40}. */
    private static final int REDIS_MOVES = Integer.getInteger("livemigrate.redis.moves", 2);

    private RealAgents agents;
    private RestAgents network;
    private Moves moves;

    @BeforeAll
    void startAgents() throws Exception {
        agents = RealAgents.start();
    }

    @AfterAll
    void endAgents() {
        if (agents != null) {
            agents.close();
        }
    }

    @BeforeEach
    void openNetwork() {
        network = new RestAgents(agents::uri, agents.token(), Duration.ofMinutes(5), MigrationLimits.DEFAULT.answer());
        moves = new Moves(network, LIVE);
    }

    @AfterEach
    void removeContainers() throws Exception {
        moves.close();
        network.close();
        agents.removeContainers();
    }

    @Test
    void aContainerAndItsFilesTravelThereAndBackWithoutANewLife() throws Exception {
        ContainerFacts container = create(
                "--",
                "sh",
                "-c",
                "echo before >/kept; rm /bin/nc; mkdir /dir; echo shared >/dev/shm/segment;"
                        + " exec stress --vm 1 --vm-bytes 64M --vm-hang 1 --vm-keep");
        String from = SOURCE;
        String to = TARGET;
        for (int move = 0; move < 2; move++) {
            agents.on(from, "podman", "exec", container.id(), "sh", "-c", "echo " + move + " >>/dir/moves");
            MigrationView view = move(container, from, to);
            assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.COMMITTED);
            assertThat(view.phasesMs()).containsKey("arm");
            agents.assertOneLife(to, container);
            agents.awaitCopies(from, container, 0);
            String there = from;
            from = to;
            to = there;
        }
        assertThat(agents.on(
                        from,
                        "podman",
                        "exec",
                        container.id(),
                        "sh",
                        "-c",
                        "cat /kept /dir/moves /dev/shm/segment; [ -e /bin/nc ] || echo no nc; echo $FLAVOUR"))
                .isEqualTo("before\n0\n1\nshared\nno nc\nplain\n");
    }

    @Test
    void whenTheServerOfPagesIsKilledTheSourceGoesOnAndTheLossIsTold() throws Exception {
        ContainerFacts container =
                create("--", "stress", "--vm", "1", "--vm-bytes", "256M", "--vm-hang", "1", "--vm-keep");
        CompletableFuture<String> ambushed = ambushPages(container, "kill -KILL \"$server\"");
        MigrationView view = move(container, SOURCE, TARGET);
        ambushed.get(120, TimeUnit.SECONDS);
        assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.ROLLED_BACK);
        assertThat(view.problem().detail())
                .contains("criu lazy-pages ended with status 137")
                .contains("ms is lost");
        agents.awaitCopies(TARGET, container, 0);
        agents.assertOneLife(SOURCE, container);
        // and nothing is left that would hinder the next move
        MigrationView again = move(container, SOURCE, TARGET);
        assertThat(again.outcome()).as(again.toString()).isEqualTo(MigrationOutcome.COMMITTED);
        agents.assertOneLife(TARGET, container);
    }

    @Test
    void whenTheStoreLosesThePagesTheSourceGoesOnAndTheLossIsTold() throws Exception {
        ContainerFacts container =
                create("--", "stress", "--vm", "1", "--vm-bytes", "256M", "--vm-hang", "1", "--vm-keep");
        CompletableFuture<String> ambushed = ambushPages(
                container,
                "truncate --size 0 " + RealLab.STORE + "/images/*/final/pages-*.img; kill -CONT \"$server\"");
        MigrationView view = move(container, SOURCE, TARGET);
        ambushed.get(120, TimeUnit.SECONDS);
        assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.ROLLED_BACK);
        assertThat(view.problem().detail())
                .contains("criu lazy-pages ended with status")
                .contains("ms is lost");
        agents.awaitCopies(TARGET, container, 0);
        agents.assertOneLife(SOURCE, container);
    }

    @Test
    void aRedisUnderLoadLosesNoWriteThatItHasAcknowledged() throws Exception {
        // over a Unix socket: CRIU 4.1 dumps no TCP socket of Linux 6.16 or newer
        ContainerFacts container = create(
                ("--interval-ms 10 -- redis-load --keys 16000 --value-bytes 1000 --per-second 1000 --file /redis --"
                                + " redis-server --port 0 --unixsocket /tmp/redis.sock --save  --dir /tmp")
                        .split(" ", -1));
        awaitReplies(SOURCE, container, 20_000);
        String here = SOURCE;
        for (int move = 1; move <= REDIS_MOVES; move++) {
            String there = here.equals(SOURCE) ? TARGET : SOURCE;
            MigrationView view = move(container, here, there);
            assertThat(view.outcome()).as("move " + move + ": " + view).isEqualTo(MigrationOutcome.COMMITTED);
            here = there;
            awaitReplies(here, container, replies(here, container) + 500);
            agents.assertOneLife(here, container);
        }
        agents.on(here, "podman", "exec", container.id(), "sh", "-c", ": >/redis.sweep");
        String node = here;
        await("every key to be read and compared")
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    replies(node, container);
                    return agents.on(node, "podman", "exec", container.id(), "ls", "/")
                            .contains("redis.swept");
                });
    }

    /** How many replies the client has checked by now; none of them was wrong. */
    private long replies(String node, ContainerFacts container) throws IOException, InterruptedException {
        String[] last = agents.on(node, "podman", "exec", container.id(), "tail", "-n", "1", "/redis")
                .strip()
                .split(" ");
        assertThat(last).as("CHECKED WRONG TIME").hasSize(3);
        assertThat(last[1]).as("wrong replies").isEqualTo("0");
        return Long.parseLong(last[0]);
    }

    private void awaitReplies(String node, ContainerFacts container, long count) {
        await("Redis to have answered " + count + " times")
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> replies(node, container) >= count);
    }

    @Test
    void aContainerOnItsHostsNetworkIsRefusedBeforeAnythingIsDone() throws Exception {
        ContainerFacts container =
                agents.create(SOURCE, RealAgents.name("bound"), "host", List.of(), "stress", "--cpu", "1");
        MigrationView view = move(container, SOURCE, TARGET);
        assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.REFUSED);
        assertThat(view.phasesMs()).doesNotContainKey("precopy");
        assertThat(view.problem().type()).endsWith("cannot-travel");
        agents.assertOneLife(SOURCE, container);
    }

    @Test
    void aDirectoryThatEveryHostHasStaysWhereItIsAndIsWrittenOn() throws Exception {
        String name = RealAgents.name("shares");
        Path shared = Files.createDirectory(agents.directory().resolve(name));
        ContainerFacts container = agents.create(
                SOURCE,
                name,
                "none",
                List.of("--volume", shared + ":/data", "--label", "livemigrate.volumes=shared"),
                "sh",
                "-c",
                "exec 3>>/data/log; n=0; while :; do n=$((n + 1)); echo $n >&3; usleep 10000; done");
        Path log = shared.resolve("log");
        await().until(() -> Files.exists(log) && Files.readAllLines(log).size() > 10);
        MigrationView view = move(container, SOURCE, TARGET);
        assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.COMMITTED);
        int written = Files.readAllLines(log).size();
        await().until(() -> Files.readAllLines(log).size() > written + 10);
        agents.assertOneLife(TARGET, container);
        agents.removeContainers();
        List<String> lines = Files.readAllLines(log);
        assertThat(lines)
                .isEqualTo(IntStream.rangeClosed(1, lines.size())
                        .mapToObj(Integer::toString)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "podman"})
    void aRestartPolicyBringsNoSecondLifeToTheSource(String engine) throws Exception {
        String name = RealAgents.name("restarts");
        Path shared = Files.createDirectory(agents.directory().resolve(name));
        ContainerFacts container = agents.create(
                SOURCE,
                name,
                "none",
                List.of("--restart", "always", "--volume", shared + ":/data", "--label", "livemigrate.volumes=shared"),
                "sh",
                "-c",
                "echo born >>/data/births; exec stress --cpu 1");
        String from = SOURCE;
        String to = TARGET;
        try (Moves asked = new Moves(network, MigrationOptions.DEFAULT.withEngine(engine))) {
            for (int move = 0; move < 2; move++) {
                MigrationView view = asked.move(container, from, to);
                assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.COMMITTED);
                agents.assertOneLife(to, container);
                agents.awaitCopies(from, container, 0);
                String there = from;
                from = to;
                to = there;
            }
        }
        assertThat(Files.readString(shared.resolve("births"))).isEqualTo("born\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "podman"})
    void whereItsAddressIsTakenItGetsAnotherOne(String engine) throws Exception {
        ContainerFacts container =
                agents.create(SOURCE, RealAgents.name("moves"), "bridge", List.of(), "stress", "--cpu", "1");
        String address = container.addresses().get("podman");
        ContainerFacts holder = agents.create(
                TARGET, RealAgents.name("holds"), "bridge", List.of("--ip", address), "stress", "--cpu", "1");
        try (Moves asked = new Moves(network, MigrationOptions.DEFAULT.withEngine(engine))) {
            MigrationView view = asked.move(container, SOURCE, TARGET);
            assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.COMMITTED);
            assertThat(view.notes())
                    .anyMatch(note -> note.contains(holder.name() + " has the address " + address + "."));
        }
        agents.assertOneLife(TARGET, container);
        agents.assertOneLife(TARGET, holder);
        String now = agents.client(TARGET)
                .get("/v1/containers/" + container.id(), ContainerFacts.class)
                .addresses()
                .get("podman");
        assertThat(now).startsWith("10.88.").isNotEqualTo(address);
        assertThat(inside(TARGET, container, "ip address show")).contains(now).doesNotContain(address + "/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "podman"})
    void peersHearWhereItIsThoughItSaysNothing(String engine) throws Exception {
        agents.create(TARGET, RealAgents.name("brings-bridge"), "bridge", List.of(), "stress", "--cpu", "1");
        // the host itself is the peer: it notes addresses that it hears of
        agents.on(TARGET, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/conf/podman0/arp_accept");
        ContainerFacts container =
                agents.create(SOURCE, RealAgents.name("silent"), "bridge", List.of(), "stress", "--cpu", "1");
        agents.on(TARGET, "ip", "neighbour", "flush", "dev", "podman0", "nud", "all");
        try (Moves asked = new Moves(network, MigrationOptions.DEFAULT.withEngine(engine))) {
            MigrationView view = asked.move(container, SOURCE, TARGET);
            assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.COMMITTED);
        }
        ContainerFacts moved = agents.client(TARGET).get("/v1/containers/" + container.id(), ContainerFacts.class);
        String address = moved.addresses().get("podman");
        await("the address to be heard of")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(agents.on(TARGET, "ip", "neighbour", "show", address, "dev", "podman0"))
                        .contains("lladdr"));
        assertThat(agents.on(
                        TARGET, "nsenter", "--net=/proc/" + moved.pid() + "/ns/net", "--", "nft", "list", "tables"))
                .doesNotContain("live_migrate");
    }

    @Test
    void aNetworkThatTheTargetLacksIsFoundOutBeforeAnythingIsDone() throws Exception {
        String network = RealAgents.name("net");
        agents.on(SOURCE, "podman", "network", "create", network);
        ContainerFacts container =
                agents.create(SOURCE, RealAgents.name("bound"), network, List.of(), "stress", "--cpu", "1");
        MigrationView view = move(container, SOURCE, TARGET);
        assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.REFUSED);
        assertThat(view.phasesMs()).doesNotContainKey("precopy");
        assertThat(view.problem().detail()).contains("network " + network);
        agents.assertOneLife(SOURCE, container);
        agents.removeContainers();
        agents.on(SOURCE, "podman", "network", "rm", network);
    }

    @Test
    void filesThatWereLeftAloneTravelBeforeTheFreeze() throws Exception {
        ContainerFacts container = create(
                "--",
                "sh",
                "-c",
                "dd if=/dev/urandom of=/old bs=1M count=8; cp /old /changes; exec stress --vm 1 --vm-bytes 8M");
        await("the files to have been left alone")
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> inside(
                                SOURCE,
                                container,
                                "[ -s /changes ] && echo $(($(date +%s) - $(stat -c %Z /changes) > 11))")
                        .equals("1"));
        inside(SOURCE, container, "echo more >>/changes");
        String sums = inside(SOURCE, container, "md5sum /old /changes");
        MigrationView view = move(container, SOURCE, TARGET);
        assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.COMMITTED);
        assertThat(view.notes()).anyMatch(note -> note.contains("8 MB of files were carried while it ran"));
        agents.assertOneLife(TARGET, container);
        assertThat(inside(TARGET, container, "md5sum /old /changes")).isEqualTo(sums);
    }

    @Test
    void aDirectoryThatIsItsAloneTravelsWithIt() throws Exception {
        String name = RealAgents.name("owns");
        String volume = "/srv/" + name;
        agents.on(SOURCE, "mkdir", volume);
        ContainerFacts container = agents.create(
                SOURCE,
                name,
                "none",
                List.of("--volume", volume + ":/data", "--label", "livemigrate.volumes=copied"),
                "sh",
                "-c",
                "chmod 711 /data; exec 3>>/data/log; n=0; while :; do n=$((n + 1)); echo $n >&3; usleep 10000; done");
        String from = SOURCE;
        String to = TARGET;
        for (int move = 0; move < 2; move++) {
            MigrationView view = move(container, from, to);
            assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.COMMITTED);
            String here = to;
            int written = lines(here, volume);
            await().until(() -> lines(here, volume) > written + 10);
            agents.assertOneLife(here, container);
            agents.awaitCopies(from, container, 0);
            assertThat(lines(from, volume)).as("what it has left behind").isLessThan(written);
            to = from;
            from = here;
        }
        agents.removeContainers();
        List<String> log = agents.on(from, "cat", volume + "/log").lines().toList();
        assertThat(log)
                .isEqualTo(IntStream.rangeClosed(1, log.size())
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(agents.on(from, "stat", "--format", "%a", volume)).isEqualTo("711\n");
        for (String node : List.of(SOURCE, TARGET)) {
            agents.on(node, "rm", "-r", volume);
        }
    }

    private int lines(String node, String volume) throws IOException, InterruptedException {
        return (int) agents.on(node, "cat", volume + "/log").lines().count();
    }

    @Test
    void whatIsSomebodysOnTheTargetIsNotWrittenOver() throws Exception {
        String name = RealAgents.name("owns");
        String volume = "/srv/" + name;
        agents.on(SOURCE, "mkdir", volume);
        agents.on(TARGET, "mkdir", volume);
        agents.on(TARGET, "touch", volume + "/precious");
        ContainerFacts container = agents.create(
                SOURCE,
                name,
                "none",
                List.of("--volume", volume + ":/data", "--label", "livemigrate.volumes=copied"),
                "stress",
                "--cpu",
                "1");
        for (String engine : List.of("live", "podman")) {
            try (Moves asked = new Moves(network, MigrationOptions.DEFAULT.withEngine(engine))) {
                MigrationView view = asked.move(container, SOURCE, TARGET);
                assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.REFUSED);
                assertThat(view.problem().type()).endsWith("cannot-travel");
                assertThat(view.problem().detail()).contains(volume);
            }
        }
        agents.assertOneLife(SOURCE, container);
        assertThat(agents.on(TARGET, "ls", volume)).isEqualTo("precious\n");
        for (String node : List.of(SOURCE, TARGET)) {
            agents.on(node, "rm", "-r", volume);
        }
    }

    /** What a command line in the container says. */
    private String inside(String node, ContainerFacts container, String line) throws IOException, InterruptedException {
        return agents.on(node, "podman", "exec", container.id(), "sh", "-c", line)
                .strip();
    }

    @Test
    void aDumpThatFailsIsThawedWhereItWas() throws Exception {
        // CRIU cannot dump an open device; its attempt interrupts system calls, which would end a sleep
        ContainerFacts container = agents.create(
                SOURCE,
                RealAgents.name("stuck"),
                "none",
                List.of("--device", "/dev/fuse"),
                "sh",
                "-c",
                "exec 3<>/dev/fuse; exec stress --cpu 1");
        MigrationView view = move(container, SOURCE, TARGET);
        assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.ROLLED_BACK);
        assertThat(view.phasesMs()).doesNotContainKey("restore");
        assertThat(view.problem().detail()).contains("runc checkpoint", "CRIU's own errors");
        agents.awaitCopies(TARGET, container, 0);
        agents.assertOneLife(SOURCE, container);
    }

    /**
     * Does this to the server of pages as soon as the container runs on the target, on memory that it has not got: the
     * server has little of the processor from when it listens. A signal would end its waiting, and CRIU takes that ill.
     */
    private CompletableFuture<String> ambushPages(ContainerFacts container, String deed) {
        String ambush = """
                work=%s/agent-%s/live/work/%s
                slow=/sys/fs/cgroup/cpu/slow
                mkdir -p $slow
                echo 100000 >$slow/cpu.cfs_period_us
                echo 2000 >$slow/cpu.cfs_quota_us
                until [ -S "$work/lazy-pages.socket" ]; do :; done
                read -r guard <"$work/guard.pid"
                server=$(pgrep -x -P "$guard" criu)
                echo "$server" >$slow/cgroup.procs
                until [ -e "$work/running" ]; do :; done
                kill -STOP "$server"
                %s
                """.formatted(agents.directory(), TARGET, container.id(), deed);
        return CompletableFuture.supplyAsync(() -> {
            try {
                return agents.on(TARGET, "timeout", "120", "bash", "-c", ambush);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private MigrationView move(ContainerFacts container, String from, String to) throws InterruptedException {
        return moves.move(container, from, to);
    }

    private ContainerFacts create(String... command) {
        CreateContainer wanted = new CreateContainer(
                RealAgents.name("live"),
                "localhost/stress:latest",
                List.of(command),
                300L,
                0L,
                Map.of("FLAVOUR", "plain"),
                null,
                "bridge",
                null);
        return agents.create(SOURCE, wanted);
    }
}
