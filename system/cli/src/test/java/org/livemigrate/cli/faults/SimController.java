package org.livemigrate.cli.faults;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.livemigrate.controller.agents.RestAgents;
import org.livemigrate.controller.fleet.Fleet;
import org.livemigrate.controller.fleet.HeartbeatRegistry;
import org.livemigrate.controller.migration.MigrationBudget;
import org.livemigrate.controller.migration.MigrationExecutor;
import org.livemigrate.controller.migration.MigrationJournal;
import org.livemigrate.controller.migration.MigrationLimits;
import org.livemigrate.controller.migration.MigrationListener;
import org.livemigrate.controller.observe.EventLog;
import org.livemigrate.controller.observe.Storyteller;
import org.livemigrate.controller.schedule.LivePolicy;
import org.livemigrate.controller.schedule.SchedulingLoop;
import org.livemigrate.controller.schedule.SchedulingSettings;
import org.livemigrate.controller.stats.StatsIntake;
import org.livemigrate.controller.time.Timeline;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.host.HeartbeatAnswer;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.stats.StatsCodec;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.UnreadableStatsException;
import org.livemigrate.scheduler.fleet.FleetSettings;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.policy.Policy;

/** The controller, composed of what {@link org.livemigrate.controller.Controller} composes. */
final class SimController implements SimNetwork.Site {

    static final String ADDRESS = "controller";
    static final URI URI_OF = URI.create("http://controller:7070");
    static final Duration EXPIRY = FleetSettings.DEFAULT.expiry();
    static final Duration STATS_INTERVAL = Duration.ofSeconds(10);

    private static final MigrationLimits LIMITS = MigrationLimits.DEFAULT.withHostReturn(Duration.ofMinutes(4));
    private static final MigrationBudget BUDGET = new MigrationBudget(3, 2, 2);
    private static final SchedulingSettings SCHEDULING = SchedulingSettings.DEFAULT
            .withInterval(Duration.ofSeconds(30))
            .withGuards(
                    GuardSettings.LIVE.withBreach(2, 3).withCoolDown(Duration.ofSeconds(60), Duration.ofSeconds(10)));

    final SimDisk disk;
    Duration wallOffset = Duration.ZERO;

    private final World world;
    private final EventLoop loop;
    private SimProcess process;
    private Fleet fleet;
    private EventLog events;
    private Set<String> seen = Set.of();
    private MigrationExecutor executor;
    private SchedulingLoop scheduling;

    SimController(World world) {
        this.world = world;
        this.loop = world.loop;
        this.disk = new SimDisk(loop, ADDRESS, world.weather);
    }

    /** Null when it does not run. */
    SimProcess process() {
        return process != null && process.alive() ? process : null;
    }

    Fleet fleet() {
        return fleet;
    }

    /** Whether this container was in its picture when it looked last. */
    boolean hasSeen(String container) {
        return seen.contains(container);
    }

    /** Of its present life. */
    EventLog events() {
        return events;
    }

    MigrationExecutor executor() {
        return executor;
    }

    void start() {
        loop.tell(() -> "controller starts");
        SimProcess life = new SimProcess(loop, ADDRESS, () -> wallOffset);
        process = life;
        loop.after(Duration.ZERO, life, "controller start", () -> {
            try {
                compose(life);
            } catch (ProblemException e) {
                loop.tell(() -> "controller does not start: " + e.getMessage());
                life.kill();
            }
        });
    }

    /** No further moves of its own: a fleet that is too full would move containers about for ever. */
    void pauseScheduling() {
        scheduling.pause(true);
    }

    void kill() {
        if (process() != null) {
            process.kill();
        }
    }

    private void compose(SimProcess life) {
        Timeline timeline = life.timeline();
        MigrationJournal journal = new MigrationJournal(world.bug.ofController(disk.open(life)));
        HeartbeatRegistry registry = new HeartbeatRegistry();
        RestAgents agents = new RestAgents(
                registry::agentUri,
                World.TOKEN,
                LIMITS.dumpStep().multipliedBy(2),
                LIMITS.answer(),
                world.network.client(ADDRESS, life),
                life.threads().pool("agent-call", 64));
        Fleet picture = new Fleet(
                FleetSettings.DEFAULT.withExpiry(world.bug.of(EXPIRY)),
                registry,
                timeline,
                agents,
                journal.cordoned(),
                journal::cordon);
        fleet = picture;
        world.invariants.controllerStarted();
        seen = Set.of();
        events = new EventLog(timeline.now());
        Storyteller storyteller = new Storyteller(events, timeline);
        look(timeline, storyteller, picture);
        MigrationExecutor moves = new MigrationExecutor(
                journal,
                agents,
                timeline,
                LIMITS,
                BUDGET,
                MigrationListener.all(List.of(tells(picture), storyteller, world.invariants.ends())));
        Policy policy = world.invariants.watch(LivePolicy.guarded(SCHEDULING));
        scheduling = new SchedulingLoop(
                picture,
                registry,
                moves,
                timeline,
                new SchedulingLoop.Settings(SCHEDULING.interval(), STATS_INTERVAL, policy, world.options()));
        scheduling.tell(storyteller);
        Set<String> applied = new HashSet<>();
        StatsIntake intake = new StatsIntake(
                world.bug.of(loop, life, diff -> {
                    picture.apply(diff);
                    applied.add(identity(diff));
                    loop.tell(() -> "controller takes " + diff.sequence() + " of " + diff.incarnation());
                    world.invariants.applied(diff);
                }),
                3,
                () -> {
                    loop.sleep(Duration.ofMillis(200));
                    return true;
                });
        world.broker.consume(life, intake, body -> isApplied(applied, body));
        moves.start();
        executor = moves;
        scheduling.start();
    }

    private void look(Timeline timeline, Storyteller storyteller, Fleet picture) {
        timeline.after(STATS_INTERVAL, () -> {
            List<ContainerView> containers = picture.containers();
            storyteller.look(picture.nodes(), containers);
            seen = containers.stream().map(ContainerView::id).collect(Collectors.toSet());
            look(timeline, storyteller, picture);
        });
    }

    private MigrationListener tells(Fleet picture) {
        return new MigrationListener() {
            @Override
            public void started(MigrationView migration) {
                picture.migrationStarted(migration);
            }

            @Override
            public void phaseEntered(MigrationView migration) {
                loop.tell(() -> "controller: " + migration.id() + " of " + migration.name() + " " + migration.from()
                        + "->" + migration.to() + " epoch " + migration.epoch() + " is in " + migration.phase());
            }

            @Override
            public void ended(MigrationView migration) {
                loop.tell(() -> "controller: " + migration.id() + " of " + migration.name() + " ended "
                        + migration.outcome() + " " + migration.problem());
                picture.migrationEnded(migration);
            }
        };
    }

    private static String identity(StatsDiff diff) {
        return diff.incarnation() + "/" + diff.sequence();
    }

    private static boolean isApplied(Set<String> applied, byte[] body) {
        try {
            return applied.contains(identity(StatsCodec.decode(body)));
        } catch (UnreadableStatsException e) {
            return false;
        }
    }

    @Override
    public SimProcess listening() {
        return executor == null ? null : process();
    }

    @Override
    public CompletableFuture<SimNetwork.Reply> handle(String method, String path, byte[] body) {
        CompletableFuture<SimNetwork.Reply> reply = new CompletableFuture<>();
        try {
            if (!path.equals("/v1/heartbeats")) {
                throw new ProblemException(Problem.notFound("there is no " + path));
            }
            Heartbeat heartbeat = Json.mapper().readValue(body, Heartbeat.class);
            fleet.heartbeat(heartbeat);
            world.invariants.heard(heartbeat.host().id());
            SimHost.answer(
                    reply, 200, new HeartbeatAnswer("amqp://user:secret@broker:5672/", STATS_INTERVAL.toMillis()));
        } catch (RuntimeException e) {
            SimHost.refuse(reply, e, path);
        }
        return reply;
    }
}
