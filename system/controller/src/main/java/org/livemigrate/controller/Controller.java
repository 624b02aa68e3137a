package org.livemigrate.controller;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.livemigrate.controller.agents.RestAgents;
import org.livemigrate.controller.broker.EmbeddedBroker;
import org.livemigrate.controller.fleet.Fleet;
import org.livemigrate.controller.fleet.HeartbeatRegistry;
import org.livemigrate.controller.fleet.InitialPlacement;
import org.livemigrate.controller.migration.MigrationExecutor;
import org.livemigrate.controller.migration.MigrationJournal;
import org.livemigrate.controller.migration.MigrationListener;
import org.livemigrate.controller.observe.ControllerMetrics;
import org.livemigrate.controller.observe.EventLog;
import org.livemigrate.controller.observe.EventStream;
import org.livemigrate.controller.observe.Storyteller;
import org.livemigrate.controller.record.FileRecording;
import org.livemigrate.controller.record.Recorder;
import org.livemigrate.controller.record.RecordingStream;
import org.livemigrate.controller.rest.ControllerApi;
import org.livemigrate.controller.schedule.LivePolicy;
import org.livemigrate.controller.schedule.SchedulingLoop;
import org.livemigrate.controller.stats.ConsumerStatus;
import org.livemigrate.controller.stats.StatsConsumer;
import org.livemigrate.controller.time.SystemTimeline;
import org.livemigrate.controller.time.Timeline;
import org.livemigrate.protocol.broker.AmqpUri;
import org.livemigrate.protocol.host.ControllerStatus;
import org.livemigrate.protocol.host.HeartbeatAnswer;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.rest.Health;
import org.livemigrate.rest.MetricsPage;
import org.livemigrate.rest.Operations;
import org.livemigrate.rest.RestServer;
import org.livemigrate.rest.Routes;
import org.livemigrate.rest.TokenFile;
import org.livemigrate.scheduler.fleet.FleetSettings;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.policy.Policy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running controller: composes the parts and ends them in order. */
public final class Controller implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

    /** Snapshots of large fleets come by {@code POST /v1/plan}. */
    private static final long MAX_BODY_BYTES = 64L << 20;

    private static final int OPERATIONS_KEPT = 1_000;

    private final ControllerConfig config;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Instant startedAt;
    private AmqpUri brokerUri;
    private boolean brokerOnEveryAddress;
    private StatsConsumer consumer;
    private Fleet fleet;
    private MigrationExecutor executor;
    private Policy policy;
    private RestServer server;

    private Controller(ControllerConfig config, Instant startedAt) {
        this.config = config;
        this.startedAt = startedAt;
    }

    /**
     * Starts a controller; when this returns it answers.
     *
     * @throws org.livemigrate.protocol.json.ProblemException when the address, the token file, the journal or the
     *     broker's URI cannot be used
     * @throws org.livemigrate.controller.broker.BrokerStartException when the embedded broker cannot start
     * @throws IllegalArgumentException when the policy is not known or its parameters are out of range
     */
    public static Controller start(ControllerConfig config) {
        Controller controller = new Controller(config, Clock.systemUTC().instant());
        try {
            controller.compose();
            return controller;
        } catch (RuntimeException e) {
            controller.close();
            throw e;
        }
    }

    private void compose() {
        String token = TokenFile.read(config.tokenFile());
        policy = LivePolicy.guarded(config.scheduling());
        SystemTimeline timeline = opened(new SystemTimeline());
        MigrationJournal journal = opened(MigrationJournal.open(config.stateDirectory()));
        HeartbeatRegistry registry = new HeartbeatRegistry();
        Duration longest = config.limits().dumpStep().multipliedBy(2);
        RestAgents agents = opened(new RestAgents(
                registry::agentUri, token, longest, config.limits().answer()));
        FleetSettings fleetSettings = FleetSettings.DEFAULT
                .withExpiry(config.heartbeatExpiry())
                .withHistorySamples(Math.max(10, config.scheduling().guards().breachWindow()));
        fleet = new Fleet(fleetSettings, registry, timeline, agents, journal.cordoned(), journal::cordon);
        // opened before the executor, so that it is closed after it and holds the ends of the last migrations
        Recorder recorder = new Recorder(fleet, config.scheduling(), config.statsInterval(), fleetSettings);
        if (config.recordDirectory() != null) {
            opened(new FileRecording(recorder, config.recordDirectory(), startedAt));
        }
        MetricsPage figures = opened(new MetricsPage());
        ControllerMetrics metrics = new ControllerMetrics(figures.registry());
        EventLog events = new EventLog(startedAt);
        Storyteller storyteller = new Storyteller(events, timeline);
        executor = new MigrationExecutor(
                journal,
                agents,
                timeline,
                config.limits(),
                config.budget(),
                MigrationListener.all(List.of(new TellsFleet(fleet), storyteller, metrics)));
        parts.push(() -> executor.close(config.shutdownGrace()));
        SchedulingLoop scheduling = new SchedulingLoop(
                fleet,
                registry,
                executor,
                timeline,
                new SchedulingLoop.Settings(
                        config.scheduling().interval(), config.statsInterval(), policy, config.migrationOptions()));
        scheduling.tell((decision, planning) -> {
            recorder.decided(decision, planning);
            storyteller.decided(decision, planning);
            metrics.decided(decision, planning);
        });
        parts.push(scheduling::stop);
        startBroker(token);
        consumer = opened(StatsConsumer.start(
                brokerUri,
                diff -> {
                    fleet.apply(diff);
                    metrics.applied(diff.sampledAt(), timeline.now());
                },
                StatsConsumer.Settings.DEFAULT,
                Clock.systemUTC()));
        metrics.watch(executor, consumer::status, config.scheduling().target().toDouble());
        watchHosts(timeline, storyteller, metrics);
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "operation");
            thread.setDaemon(true);
            return thread;
        });
        parts.push(threads::shutdownNow);
        Function<ClusterSnapshot, MigrationPlan> planOf = LivePolicy.unguarded(config.scheduling())::plan;
        ControllerApi api = new ControllerApi(new ControllerApi.Parts(
                fleet,
                new InitialPlacement(fleet, timeline),
                scheduling,
                executor,
                agents,
                new Operations(Clock.systemUTC(), OPERATIONS_KEPT),
                this::heartbeatAnswer,
                planOf,
                this::status,
                config.migrationOptions(),
                config.scheduling().headroom(),
                threads));
        EventStream stream = new EventStream(events);
        RecordingStream recordings = new RecordingStream(recorder);
        Health health = new Health(Map.of("broker", () -> consumer.status().connected()));
        server = opened(RestServer.start(
                new RestServer.Settings(config.listenAddress(), config.listenPort(), token, MAX_BODY_BYTES), routes -> {
                    api.addTo(routes);
                    stream.addTo(routes);
                    recordings.addTo(routes);
                    figures.addTo(routes);
                    health.addTo(routes);
                }));
        // its readers hold connections, which the server would wait for
        opened(stream);
        opened(recordings);
        executor.start();
        if (config.scheduling().paused()) {
            scheduling.pause(true);
        }
        scheduling.start();
        LOG.info(
                "controller at {}, policy {}, target {}, a round every {} s, statistics through {}",
                server.uri(),
                policy.name(),
                config.scheduling().target().toPercentString(),
                config.scheduling().interval().toMillis() / 1e3,
                brokerUri.redacted());
    }

    private void watchHosts(Timeline timeline, Storyteller storyteller, ControllerMetrics metrics) {
        timeline.after(config.statsInterval(), () -> {
            try {
                List<NodeView> nodes = fleet.nodes();
                storyteller.look(nodes, fleet.containers());
                metrics.look(nodes);
            } finally {
                watchHosts(timeline, storyteller, metrics);
            }
        });
    }

    private void startBroker(String token) {
        ControllerConfig.Broker wanted = config.broker();
        if (wanted.amqpUri() != null) {
            brokerUri = AmqpUri.parse("broker.amqpUri", wanted.amqpUri());
            return;
        }
        EmbeddedBroker broker =
                opened(EmbeddedBroker.start(new EmbeddedBroker.Settings(wanted.bindAddress(), wanted.port(), token)));
        brokerUri = broker.uri();
        brokerOnEveryAddress =
                wanted.bindAddress().equals("0.0.0.0") || wanted.bindAddress().equals("::");
    }

    /** A broker on every address is told by the address on which the agent reached us: the one it can surely reach. */
    private HeartbeatAnswer heartbeatAnswer(String reachedOn) {
        AmqpUri uri = brokerOnEveryAddress
                ? new AmqpUri(
                        brokerUri.tls(),
                        reachedOn,
                        brokerUri.port(),
                        brokerUri.user(),
                        brokerUri.password(),
                        brokerUri.virtualHost())
                : brokerUri;
        return new HeartbeatAnswer(uri.uri(), config.statsInterval().toMillis());
    }

    /** How it fares. */
    public ControllerStatus status() {
        ConsumerStatus stats = consumer.status();
        ClusterSnapshot snapshot = fleet.snapshot();
        return new ControllerStatus(
                Optional.ofNullable(Controller.class.getPackage().getImplementationVersion())
                        .orElse("development"),
                startedAt,
                policy.name(),
                config.scheduling().target().toDouble(),
                config.scheduling().headroom().toDouble(),
                config.scheduling().interval().toMillis(),
                new ControllerStatus.BrokerStatus(
                        brokerUri.redacted(),
                        config.broker().amqpUri() == null,
                        stats.connected(),
                        stats.received(),
                        stats.applied(),
                        stats.dead(),
                        stats.problem().orElse(null)),
                snapshot.hostCount(),
                snapshot.containerCount(),
                executor.unfinished());
    }

    /** The port of the REST interface. */
    public int port() {
        return server.port();
    }

    /** Everything that the REST interface answers to. */
    public List<Routes.Endpoint> endpoints() {
        return server.endpoints();
    }

    /** Where a client on this machine reaches the REST interface. */
    public URI uri() {
        return server.uri();
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    /**
     * Ends it: no new calls, no new rounds; migrations under way have the configured grace, the rest is taken up at the
     * next start.
     */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("closing {} failed", part, e);
            }
        }
    }

    /** Migrations count in the fleet's picture. */
    private record TellsFleet(Fleet fleet) implements MigrationListener {
        @Override
        public void started(MigrationView migration) {
            fleet.migrationStarted(migration);
        }

        @Override
        public void ended(MigrationView migration) {
            fleet.migrationEnded(migration);
        }
    }
}
