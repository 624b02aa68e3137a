package org.livemigrate.cli.faults;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.livemigrate.agent.checkpoint.CheckpointEngine;
import org.livemigrate.agent.checkpoint.ModelledCosts;
import org.livemigrate.agent.checkpoint.ModelledEngine;
import org.livemigrate.agent.heartbeat.HeartbeatSender;
import org.livemigrate.agent.migration.HostCapacity;
import org.livemigrate.agent.migration.StepContext;
import org.livemigrate.agent.migration.StepHandler;
import org.livemigrate.agent.migration.StepLog;
import org.livemigrate.agent.migration.StoreJanitor;
import org.livemigrate.agent.runtime.ModelledRuntime;
import org.livemigrate.agent.stats.StatsPipeline;
import org.livemigrate.agent.store.CheckpointStore;
import org.livemigrate.agent.store.Claim;
import org.livemigrate.agent.store.DirectoryStore;
import org.livemigrate.protocol.broker.AmqpUri;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.ClaimView;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.protocol.stats.DiffThreshold;
import org.livemigrate.rest.Operations;
import org.livemigrate.rest.Problems;
import org.livemigrate.rest.RestClient;

/**
 * A machine: a clock, a disk, a runtime whose containers outlive the agent, and the agent, composed of what {@link
 * org.livemigrate.agent.Agent} composes.
 */
final class SimHost implements SimNetwork.Site {

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration STOP_GRACE = Duration.ofSeconds(20);

    final String id;
    final SimDisk disk;
    Duration wallOffset = Duration.ZERO;

    private final World world;
    private final EventLoop loop;
    private final ModelledRuntime runtime;
    private final LazyWindows windows;
    private SimProcess agent;
    private boolean listens;
    private StepHandler steps;
    private Operations operations;
    private CheckpointStore store;
    private StatsPipeline stats;
    private StepLog log;

    SimHost(World world, String id) {
        this.world = world;
        this.loop = world.loop;
        this.id = id;
        this.disk = new SimDisk(loop, id, world.weather);
        SimProcess machine = new SimProcess(loop, id, () -> wallOffset);
        this.runtime = new ModelledRuntime(id, machine.clock(), loop::sleep);
        this.windows = new LazyWindows(world, id, runtime, machine);
    }

    ModelledRuntime runtime() {
        return runtime;
    }

    /** What there is of a container on a host, whatever runtime and agent believe. */
    enum Copy {
        RUNS,
        /** Runs, and reads zeros where it had memory. */
        RUNS_HOLLOW,
        /** Stands still on disk and can go on. */
        STOPPED,
        /** Stands still in memory and can go on. */
        FROZEN,
        /** Cannot go on. */
        DEAD
    }

    Map<String, Copy> copies() {
        Map<String, Copy> copies = new TreeMap<>();
        for (ContainerFacts facts : runtime.list(true)) {
            String container = facts.id();
            copies.put(
                    container,
                    switch (facts.state()) {
                        case "running" ->
                            windows.stalled(container)
                                    ? Copy.DEAD
                                    : windows.hollow(container) ? Copy.RUNS_HOLLOW : Copy.RUNS;
                        case "checkpointed" -> Copy.STOPPED;
                        case "paused" -> Copy.FROZEN;
                        default -> Copy.DEAD;
                    });
        }
        return copies;
    }

    /** Null when it does not run. */
    SimProcess agent() {
        return agent != null && agent.alive() ? agent : null;
    }

    /** Containers for which something beside the agent is at work. */
    Set<String> arriving() {
        return windows.containers();
    }

    int reservations() {
        return disk.durable("reservations").size();
    }

    void startAgent() {
        SimProcess process = new SimProcess(loop, id, () -> wallOffset);
        agent = process;
        listens = false;
        loop.tell(() -> id + " agent starts");
        loop.start(process, id + " start", () -> {
            try {
                compose(process);
            } catch (ProblemException e) {
                loop.tell(() -> id + " agent does not start: " + e.getMessage());
                process.kill();
            }
        });
    }

    private void compose(SimProcess process) {
        Mount mount = new Mount(world.files, loop, id, process, world.weather);
        store = world.bug.of(new DirectoryStore(mount.root(), process.clock()));
        log = new StepLog(world.bug.ofAgent(disk.open(process)));
        String incarnation = id + "-" + Long.toHexString(loop.random.nextLong());
        stats = new StatsPipeline(
                id,
                incarnation,
                DiffThreshold.DEFAULT,
                runtime,
                process.clock(),
                loop::sleep,
                process.threads(),
                uri -> world.broker.publisher(id, process));
        CheckpointEngine eager =
                new ModelledEngine(runtime, ModelledCosts.DEFAULT, loop::sleep, world.weather::atEngine);
        CheckpointEngine lazy = world.bug.of(new LazyEngine(loop, runtime, windows, world.weather::atEngine));
        operations = new Operations(process.clock(), 2_000);
        steps = new StepHandler(
                new StepContext(
                        id,
                        runtime,
                        Map.of(eager.name(), eager, lazy.name(), lazy),
                        store,
                        log,
                        process.clock(),
                        loop::sleep,
                        stats::memoryBytes,
                        stats::forget),
                new HostCapacity(World.CAPACITY_MILLICORES, World.MEMORY_BYTES),
                port -> true,
                operations,
                process.threads().pool("step", 8),
                (step, succeeded, took, bytes) -> loop.tell(() -> id + " answers " + step + " " + succeeded));
        steps.recover();
        listens = true;
        RestClient controller = new RestClient(
                SimController.URI_OF, World.TOKEN, Duration.ofSeconds(5), 0, world.network.client(id, process));
        HostFacts facts = new HostFacts(
                id,
                URI.create("http://" + id + ":7071"),
                "modelled",
                World.CAPACITY_MILLICORES,
                World.MEMORY_BYTES,
                Map.of(),
                Map.of(),
                List.of("checkpoint"),
                List.of(eager.name(), lazy.name()),
                store.id());
        new HeartbeatSender(
                        controller,
                        () -> facts,
                        incarnation,
                        process.clock(),
                        process.threads().timer("heartbeat"),
                        answer -> {
                            stats.useBroker(AmqpUri.parse("broker", answer.brokerUri()));
                            stats.useInterval(Duration.ofMillis(answer.statsIntervalMs()));
                        })
                .start(HEARTBEAT);
        StoreJanitor janitor = new StoreJanitor(store, log, id, runtime, process.clock(), World.KEPT);
        ScheduledExecutorService sweeps = process.threads().timer("janitor");
        sweeps.scheduleWithFixedDelay(
                () -> {
                    try {
                        janitor.sweep();
                    } catch (ProblemException e) {
                        loop.tell(() -> id + " sweeps in vain: " + e.getMessage());
                    }
                },
                1,
                5,
                TimeUnit.MINUTES);
    }

    /** As kill -9. */
    void killAgent() {
        if (agent() != null) {
            agent.kill();
        }
    }

    /** As SIGTERM: steps have their grace, then the process ends. */
    void stopAgent() {
        SimProcess process = agent();
        if (process == null || !listens) {
            return;
        }
        loop.tell(() -> id + " agent is told to stop");
        loop.start(process, id + " stop", () -> {
            steps.close(STOP_GRACE);
            process.kill();
        });
    }

    /** The power fails: the agent, what ran and what was not yet on a disk are gone. */
    void crash() {
        loop.tell(() -> id + " loses power");
        killAgent();
        windows.powerFailed();
        runtime.powerFailed();
        world.files.lost(id, () -> loop.chance(0.5));
    }

    @Override
    public SimProcess listening() {
        return listens ? agent() : null;
    }

    @Override
    public CompletableFuture<SimNetwork.Reply> handle(String method, String pathAndQuery, byte[] body) {
        CompletableFuture<SimNetwork.Reply> reply = new CompletableFuture<>();
        String[] path = pathAndQuery.split("[/?]", -1);
        SimProcess process = agent;
        try {
            switch (method + " " + path[2]) {
                case "PUT migrations" -> {
                    StepRequest request = Json.mapper().readValue(body, StepRequest.class);
                    loop.tell(() -> id + " is asked for " + path[4] + " of " + path[3] + " epoch " + request.epoch());
                    answer(reply, 202, accept(path[3], MigrationStep.of(path[4]), request));
                }
                case "GET operations" -> longPoll(reply, process, path[3], Long.parseLong(path[4].split("=", -1)[1]));
                case "GET claims" ->
                    loop.start(
                            process,
                            id + " claims",
                            () -> readClaim(reply, path[3], path.length > 4 ? Long.valueOf(path[4]) : null));
                case "GET containers" ->
                    answer(
                            reply,
                            200,
                            steps.describe(path[3])
                                    .orElseThrow(() -> new ProblemException(
                                            Problem.notFound("host " + id + " has no container " + path[3]))));
                case "POST resync" -> {
                    stats.resync();
                    reply.complete(new SimNetwork.Reply(202, new byte[0]));
                }
                default -> throw new ProblemException(Problem.notFound("there is no " + pathAndQuery));
            }
        } catch (RuntimeException e) {
            refuse(reply, e, pathAndQuery);
        }
        return reply;
    }

    private Operation accept(String migration, MigrationStep step, StepRequest request) {
        world.invariants.asked(migration, request);
        String key = migration + "." + step.word() + "." + request.epoch();
        boolean known = disk.durable("steps").containsKey(key);
        Operation operation = steps.handle(migration, step, request);
        world.invariants.accepted(this, key, step, request, known);
        return operation;
    }

    private void longPoll(
            CompletableFuture<SimNetwork.Reply> reply, SimProcess process, String operation, long waitMs) {
        operations.ended(operation).thenAccept(ended -> answer(reply, 200, ended));
        loop.after(Duration.ofMillis(waitMs), process, id + " long poll", () -> {
            if (!reply.isDone()) {
                operations.find(operation).ifPresent(now -> answer(reply, 200, now));
            }
        });
    }

    /** @param asked null: the newest */
    private void readClaim(CompletableFuture<SimNetwork.Reply> reply, String container, Long asked) {
        try {
            Optional<Claim> claim = store.readClaim(container);
            long epoch =
                    asked != null ? asked : Math.max(claim.map(Claim::epoch).orElse(0L), steps.newestEpoch(container));
            Optional<String> owner =
                    claim.filter(stands -> stands.epoch() == epoch).map(Claim::owner);
            answer(reply, 200, new ClaimView(container, epoch, owner.orElse(null)));
        } catch (RuntimeException e) {
            refuse(reply, e, "claims");
        }
    }

    static void answer(CompletableFuture<SimNetwork.Reply> reply, int status, Object value) {
        reply.complete(new SimNetwork.Reply(
                status, Json.mapper().writeValueAsString(value).getBytes(StandardCharsets.UTF_8)));
    }

    static void refuse(CompletableFuture<SimNetwork.Reply> reply, RuntimeException e, String during) {
        Problem problem = Problems.of(e, during);
        answer(reply, problem.status(), problem);
    }
}
