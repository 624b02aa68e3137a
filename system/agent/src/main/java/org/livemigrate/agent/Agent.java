package org.livemigrate.agent;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.livemigrate.agent.checkpoint.CheckpointEngine;
import org.livemigrate.agent.checkpoint.StoredHosts;
import org.livemigrate.agent.doctor.Doctor;
import org.livemigrate.agent.doctor.Finding;
import org.livemigrate.agent.doctor.FirstExamination;
import org.livemigrate.agent.heartbeat.HeartbeatSender;
import org.livemigrate.agent.heartbeat.NetworkLabels;
import org.livemigrate.agent.migration.HostCapacity;
import org.livemigrate.agent.migration.HostPorts;
import org.livemigrate.agent.migration.StepContext;
import org.livemigrate.agent.migration.StepHandler;
import org.livemigrate.agent.migration.StepLog;
import org.livemigrate.agent.migration.StoreJanitor;
import org.livemigrate.agent.observe.AgentMetrics;
import org.livemigrate.agent.rest.AgentApi;
import org.livemigrate.agent.runtime.ContainerRuntime;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.SystemProcessRunner;
import org.livemigrate.agent.runtime.Threads;
import org.livemigrate.agent.stats.StatsPipeline;
import org.livemigrate.agent.stats.StatsPublisher;
import org.livemigrate.agent.stats.StatsSink;
import org.livemigrate.agent.store.CheckpointStore;
import org.livemigrate.agent.store.DirectoryStore;
import org.livemigrate.protocol.broker.AmqpUri;
import org.livemigrate.protocol.host.HeartbeatAnswer;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.rest.DurableState;
import org.livemigrate.rest.Health;
import org.livemigrate.rest.MetricsPage;
import org.livemigrate.rest.Operations;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.RestServer;
import org.livemigrate.rest.Routes;
import org.livemigrate.rest.TokenFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One host's agent: samples its containers, heartbeats to the controller, carries out checkpoint and restore. This class
 * only puts the parts together.
 */
public final class Agent implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final int OPERATIONS_KEPT = 2_000;

    private final AgentConfig config;
    private final Machine machine;
    private final StepLog log;
    private final StepHandler steps;
    private final StatsPipeline stats;
    private final ScheduledExecutorService janitor = Threads.REAL.timer("janitor");
    private final MetricsPage figures = new MetricsPage();
    private final AgentMetrics metrics = new AgentMetrics(figures.registry());
    private final ExecutorService creators;
    private final AgentApi api;
    private final RestServer server;
    private volatile Optional<HeartbeatSender> heartbeats = Optional.empty();
    private volatile Optional<FirstExamination> examination = Optional.empty();

    /**
     * What an agent works on, so that tests and simulations can put something else in its place.
     *
     * @param runtime of the containers
     * @param engines by name
     * @param capacity of the host
     * @param ports of the host
     * @param versions of kernel and programs, by name
     * @param capabilities as {@link HostFacts#capabilities()} names them
     */
    public record Machine(
            ContainerRuntime runtime,
            List<CheckpointEngine> engines,
            HostCapacity capacity,
            HostPorts ports,
            Map<String, String> versions,
            List<String> capabilities,
            Clock clock,
            Delay delay) {
        public Machine {
            engines = List.copyOf(engines);
            versions = Map.copyOf(versions);
            capabilities = List.copyOf(capabilities);
        }
    }

    /**
     * Starts an agent of this machine.
     *
     * @throws ProblemException with one clear message when something that it needs is missing
     */
    public static Agent start(AgentConfig config) {
        Machine machine = ThisMachine.of(config);
        Map<String, String> labels = ThisMachine.labels(config, machine);
        Agent agent = start(config.withLabels(labels), machine, uri -> StatsPublisher.start(uri, config.hostId()));
        if (!config.runtime().equals("modelled")) {
            new StoredHosts(new SystemProcessRunner(), config.storeDirectory(), config.hostId()).tell(labels);
        }
        Doctor.Settings looksAt = new Doctor.Settings(
                config.runtime(), config.storeDirectory(), config.controllerUri(), config.tokenFile());
        agent.examination = Optional.of(FirstExamination.start(
                new Doctor(looksAt, new SystemProcessRunner(), Path.of("/"), Clock.systemUTC())));
        return agent;
    }

    /**
     * Starts an agent of another machine than this one: a modelled or simulated one.
     *
     * @param broker connects to the broker at a URI
     */
    public static Agent start(AgentConfig config, Machine machine, Function<AmqpUri, StatsSink> broker) {
        String token = TokenFile.read(config.tokenFile());
        CheckpointStore store = new DirectoryStore(config.storeDirectory(), machine.clock());
        StepLog log = new StepLog(DurableState.open(config.stateDirectory().resolve("steps.mv")));
        try {
            return new Agent(config, machine, token, store, log, broker);
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    private Agent(
            AgentConfig config,
            Machine machine,
            String token,
            CheckpointStore store,
            StepLog log,
            Function<AmqpUri, StatsSink> broker) {
        this.config = config;
        this.machine = machine;
        this.log = log;
        String incarnation = UUID.randomUUID().toString();
        stats = new StatsPipeline(
                config.hostId(),
                incarnation,
                config.threshold(),
                machine.runtime(),
                machine.clock(),
                machine.delay(),
                Threads.REAL,
                uri -> metrics.counted(broker.apply(uri)));
        Map<String, CheckpointEngine> engines = new TreeMap<>();
        machine.engines().forEach(engine -> engines.put(engine.name(), engine));
        Operations operations = new Operations(machine.clock(), OPERATIONS_KEPT);
        steps = new StepHandler(
                new StepContext(
                        config.hostId(),
                        machine.runtime(),
                        engines,
                        store,
                        log,
                        machine.clock(),
                        machine.delay(),
                        stats::memoryBytes,
                        stats::forget),
                machine.capacity(),
                machine.ports(),
                operations,
                Threads.REAL.pool("step", config.stepsAtOnce()),
                metrics);
        metrics.watch(store, this::controllerAnswers, this::findings);
        Health health = new Health(Map.of("controller", this::controllerAnswers));
        creators = Threads.REAL.pool("create", 2);
        api = new AgentApi(
                listening -> facts(listening, store, engines),
                machine.runtime(),
                store,
                steps,
                operations,
                creators,
                stats::resync);
        try {
            steps.recover();
            server = api.listen(new RestServer.Settings(config.listenHost(), config.listenPort(), token), routes -> {
                figures.addTo(routes);
                health.addTo(routes);
            });
        } catch (RuntimeException e) {
            steps.close();
            creators.shutdownNow();
            throw e;
        }
        startStats();
        StoreJanitor sweeper = new StoreJanitor(
                store, log, config.hostId(), machine.runtime(), machine.clock(), StoreJanitor.Limits.DEFAULT);
        janitor.scheduleWithFixedDelay(() -> tidy(sweeper), 1, 60, TimeUnit.MINUTES);
        heartbeats = Optional.ofNullable(config.controllerUri()).map(uri -> {
            RestClient controller = new RestClient(uri, token, Duration.ofSeconds(5), 0);
            NetworkLabels networks =
                    new NetworkLabels(() -> machine.runtime().networks().keySet(), machine.clock());
            HeartbeatSender sender = new HeartbeatSender(
                    controller,
                    () -> networks.addedTo(api.facts()),
                    incarnation,
                    machine.clock(),
                    Threads.REAL.timer("heartbeat"),
                    this::answered);
            sender.start(Duration.ofMillis(config.heartbeatIntervalMs()));
            return sender;
        });
        LOG.info(
                "agent of host {} ({}) listens at {}",
                config.hostId(),
                machine.runtime().name(),
                server.uri());
    }

    private void startStats() {
        if (config.brokerUri() != null) {
            stats.useBroker(config.brokerUri());
        }
        if (config.statsIntervalMs() != null) {
            stats.useInterval(Duration.ofMillis(config.statsIntervalMs()));
        } else if (config.controllerUri() == null) {
            stats.useInterval(Duration.ofMillis(AgentConfig.DEFAULT_STATS_INTERVAL_MS));
        }
    }

    private void answered(HeartbeatAnswer answer) {
        if (config.brokerUri() == null) {
            stats.useBroker(AmqpUri.parse("the broker in the controller's answer", answer.brokerUri()));
        }
        if (config.statsIntervalMs() == null) {
            stats.useInterval(Duration.ofMillis(answer.statsIntervalMs()));
        }
    }

    private HostFacts facts(RestServer listening, CheckpointStore store, Map<String, CheckpointEngine> engines) {
        Map<String, String> versions = new TreeMap<>(machine.versions());
        String release = Agent.class.getPackage().getImplementationVersion();
        versions.put("agent", release == null ? "development" : release);
        return new HostFacts(
                config.hostId(),
                config.advertisedUri() == null ? listening.uri() : config.advertisedUri(),
                machine.runtime().name(),
                machine.capacity().millicores(),
                machine.capacity().memoryBytes(),
                config.labels(),
                versions,
                machine.capabilities(),
                engines.values().stream()
                        .filter(CheckpointEngine::usable)
                        .map(CheckpointEngine::name)
                        .toList(),
                store.id());
    }

    private void tidy(StoreJanitor sweeper) {
        try {
            Set<String> stored = sweeper.sweep().kept();
            log.forget(StepLog.Retention.DEFAULT, machine.clock().instant(), stored);
            log.compact();
        } catch (RuntimeException e) {
            LOG.warn("tidying up failed; it is tried again in an hour", e); // must not end the timer
        }
    }

    /** An agent that was told of no controller waits for none. */
    private boolean controllerAnswers() {
        return config.controllerUri() == null
                || heartbeats.map(HeartbeatSender::answered).orElse(false);
    }

    /** Everything that it answers to. */
    public List<Routes.Endpoint> endpoints() {
        return server.endpoints();
    }

    /** Where this agent answers. */
    public URI uri() {
        return server.uri();
    }

    /** What it tells the controller of its host. */
    public HostFacts facts() {
        return api.facts();
    }

    /** What the doctor found when it started; empty until it is done and for a machine that is not this one. */
    public List<Finding> findings() {
        return examination.map(FirstExamination::findings).orElse(List.of());
    }

    /** Stops in bounded time: running steps get their grace and are otherwise resolved at the next start. */
    @Override
    public void close() {
        examination.ifPresent(FirstExamination::close);
        janitor.shutdownNow();
        heartbeats.ifPresent(HeartbeatSender::close);
        steps.close(Duration.ofMillis(config.stopGraceMs()));
        server.close();
        creators.shutdownNow();
        stats.close();
        log.close();
        figures.close();
        LOG.info("agent of host {} has stopped", config.hostId());
    }
}
