package org.livemigrate.cli.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.livemigrate.agent.migration.StoreJanitor;
import org.livemigrate.agent.runtime.ContainerModel;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.migration.MigrationOptions;

/** A fleet, its controller, its broker and its store, in one event loop. What dies is started again after a while. */
final class World {

    static final String TOKEN = "a-token-of-the-simulated-fleet";
    static final long CAPACITY_MILLICORES = 1_000;
    static final long MEMORY_BYTES = 64L << 30;

    /** So short that sweeps come in the midst of migrations. */
    static final StoreJanitor.Limits KEPT =
            new StoreJanitor.Limits(Duration.ofMinutes(10), 1L << 30, Duration.ofDays(30), 10_000);

    private static final MigrationOptions OPTIONS = new MigrationOptions("modelled", 2, 200, "none", true, 5_000);

    final EventLoop loop;
    final Bug bug;
    final Weather weather;
    final SharedFiles files = new SharedFiles();
    final SimNetwork network;
    final SimBroker broker;
    final Invariants invariants;
    final SimController controller;
    final List<SimHost> hosts = new ArrayList<>();
    final TreeSet<String> containers = new TreeSet<>();

    /** How many of the migrations are made by the engine that restores lazily. */
    private final double lazily;

    private final int population;

    private boolean peace;

    World(long seed, Bug bug, boolean tells) {
        this.bug = bug;
        this.loop = new EventLoop(seed, tells, this::afterEvent);
        this.weather = new Weather(loop);
        this.lazily = loop.random.nextInt(3) / 2.0;
        this.network = new SimNetwork(loop, weather);
        this.broker = new SimBroker(loop, weather);
        this.invariants = new Invariants(this);
        this.controller = new SimController(this);
        network.add(SimController.ADDRESS, controller);
        for (int h = 1; h <= 3; h++) {
            SimHost host = new SimHost(this, "v" + h);
            hosts.add(host);
            network.add(host.id, host);
        }
        this.population = 4 + loop.random.nextInt(5);
        for (int c = 0; c < population; c++) {
            make(hosts.get(loop.random.nextInt(hosts.size())));
        }
        startController();
        hosts.forEach(this::startAgent);
    }

    private void afterEvent() {
        if (invariants != null) {
            invariants.check();
        }
    }

    private CreateContainer container(String name) {
        String cpu = (100 + loop.random.nextInt(400)) + "," + (50 + loop.random.nextInt(300));
        Map<String, String> labels = Map.of(
                ContainerModel.CPU,
                cpu,
                ContainerModel.CPU_STEP,
                "90000",
                ContainerModel.MEMORY,
                Long.toString((16L + loop.random.nextInt(400)) << 20));
        return new CreateContainer(name, "localhost/stress:latest", null, null, null, null, labels, null, null);
    }

    private void make(SimHost host) {
        ContainerFacts made = host.runtime().run(container("c" + containers.size()));
        containers.add(made.id());
        invariants.made(made.id(), host);
    }

    /** Somebody starts other containers in the place of those that were lost, so that the fleet does not run empty. */
    void replaceLost(SimHost host) {
        while (containers.size() - invariants.lost() < population) {
            make(host);
        }
    }

    /** How a migration is to be made. */
    MigrationOptions options() {
        return loop.chance(lazily) ? OPTIONS.withEngine("live") : OPTIONS;
    }

    SimHost host(String id) {
        return hosts.stream().filter(host -> host.id.equals(id)).findFirst().orElseThrow();
    }

    void startAgent(SimHost host) {
        if (host.agent() != null) {
            return;
        }
        host.startAgent();
        host.agent()
                .onDeath(() ->
                        loop.after(again(Duration.ofSeconds(20)), null, host.id + " restarts", () -> startAgent(host)));
    }

    void startController() {
        if (controller.process() != null) {
            return;
        }
        controller.start();
        controller
                .process()
                .onDeath(() ->
                        loop.after(again(Duration.ofSeconds(20)), null, "controller restarts", this::startController));
    }

    private Duration again(Duration most) {
        return peace ? Duration.ofSeconds(1) : loop.upTo(most);
    }

    /** Nothing goes wrong any more, and what stood still goes on. */
    void peace() {
        loop.tell(() -> "peace");
        peace = true;
        weather.over();
        files.full = false;
        broker.down(false);
        hosts.forEach(host -> {
            if (host.agent() != null) {
                host.agent().pause(false);
            }
        });
        if (controller.process() != null) {
            controller.process().pause(false);
        }
    }
}
