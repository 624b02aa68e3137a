package org.livemigrate.benchmarks.migration.run;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.livemigrate.benchmarks.migration.fleet.ClockOffset;
import org.livemigrate.benchmarks.migration.fleet.FleetClient;
import org.livemigrate.benchmarks.migration.inventory.Inventory;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.sweep.Run;
import org.livemigrate.benchmarks.migration.sweep.Setting;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.ticks.TickLog;
import org.livemigrate.rest.UnreachableException;
import org.livemigrate.scheduler.model.ConstraintLabels;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;

/**
 * Makes one migration and measures it: a fresh container with its workload, in the state it will be in for good; the
 * move; what system, CRIU and ticker have to tell; and the container's end.
 */
final class Measurement implements Harness.Measuring {

    /** For the 99th percentile of the gaps before. */
    private static final int LEAST_TICKS = 600;

    /** These bounds are for emulated machines, in which starting podman takes seconds; they end what hangs. */
    private static final Duration SETTLES_WITHIN = Duration.ofMinutes(4);

    /** An agent tells only what has changed, so that a use which has been the same for so long is the use. */
    private static final Duration UNCHANGED_FOR = Duration.ofSeconds(3);

    /** On a busy machine the use never stands still; what a migration costs depends on memory far more. */
    private static final Duration STEADY_WITHIN = Duration.ofSeconds(12);

    private static final Duration TICKS_AGAIN_WITHIN = Duration.ofMinutes(3);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final double MEMORY_REACHED = 0.95;

    private final Inventory inventory;
    private final FleetClient fleet;
    private final Row.Environment environment;
    private final Duration timeout;

    /** @param timeout of one migration */
    Measurement(Inventory inventory, FleetClient fleet, Row.Environment environment, Duration timeout) {
        this.inventory = inventory;
        this.fleet = fleet;
        this.environment = environment;
        this.timeout = timeout;
    }

    /** The row, whatever happened: a fault of one run, even of this program, must not end the sweep. */
    @Override
    public Row measure(Run run) throws InterruptedException {
        int count = inventory.nodes().size();
        RowBuilder row = new RowBuilder(inventory, run, Machine.now(environment), Instant.now());
        try {
            Observed from = observe(inventory.nodes().get(run.repeat() % count));
            Observed to = observe(inventory.nodes().get((run.repeat() + 1) % count));
            row.hosts(from, to);
            String name = "bench-" + UUID.randomUUID().toString().substring(0, 8);
            ContainerFacts container = fleet.create(create(run.setting(), name, from, to));
            try {
                migrate(run.setting(), container, from, to, row);
            } finally {
                remove(container, from, row);
                remove(container, to, row);
            }
        } catch (IOException | RuntimeException e) {
            unlessInterrupted();
            row.reason(words(e));
        }
        return row.build();
    }

    @Override
    public Row notMeasured(Run run, String why) {
        RowBuilder row = new RowBuilder(inventory, run, Machine.now(environment), Instant.now());
        row.reason(why);
        return row.build();
    }

    /** The REST client tells an interruption as a problem, and leaves the thread's mark. */
    private static void unlessInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("while a migration was measured");
        }
    }

    /** Never null: a row without an outcome needs a reason. */
    private static String words(Exception e) {
        boolean meantForPeople = e.getMessage() != null
                && (e instanceof IOException
                        || e instanceof UnreachableException
                        || e instanceof ProblemException
                        || e instanceof IllegalArgumentException);
        return meantForPeople ? e.getMessage() : e.toString();
    }

    private void remove(ContainerFacts container, Observed host, RowBuilder row) {
        try {
            fleet.remove(host.agent(), container.id());
        } catch (RuntimeException e) {
            row.reason("container " + container.name() + " may still be on " + host.id() + ": " + words(e));
        }
    }

    private Observed observe(Inventory.Node node) throws IOException, InterruptedException {
        HostFacts facts = fleet.nodes().stream()
                .filter(view -> view.facts().id().equals(node.id()))
                .filter(view -> !view.state().equals("expired"))
                .map(NodeView::facts)
                .findFirst()
                .orElseThrow(() -> new ProblemException(Problem.unavailable(
                        "host " + node.id() + " of the inventory is not in the controller's fleet.")));
        return new Observed(node, facts, inventory.sharedClock() ? ClockOffset.NONE : ClockOffset.of(node));
    }

    /**
     * The container may use one host's whole CPU, as in the report; its limit is its own, with a short period, since the
     * host's group throttles in long pauses that would hide a short downtime. It is pinned, so that the scheduler leaves
     * it alone; a move by hand does not mind.
     */
    private CreateContainer create(Setting setting, String name, Observed from, Observed to) {
        long millicores = Math.min(from.facts().capacityMillicores(), to.facts().capacityMillicores());
        Inventory.Network network = setting.workload().checksReplies() ? inventory.network() : null;
        return new CreateContainer(
                name,
                inventory.image(),
                (network == null ? setting.workload() : setting.workload().withClientElsewhere()).arguments(),
                millicores,
                0L,
                Map.of(),
                Map.of(ConstraintLabels.PINNED, "true"),
                network == null ? "none" : network.name() + ":ip=" + network.address(),
                from.id());
    }

    private void migrate(Setting setting, ContainerFacts container, Observed from, Observed to, RowBuilder row)
            throws IOException, InterruptedException {
        try (ServerClient client = client(setting, container, from)) {
            migrate(setting, container, from, to, client, row);
        }
    }

    /** @return null where the workload is no server */
    private ServerClient client(Setting setting, ContainerFacts container, Observed from)
            throws IOException, InterruptedException {
        if (!setting.workload().checksReplies()) {
            return null;
        }
        return inventory.network() == null
                ? new ClientInside(container, from)
                : ClientElsewhere.of(
                        new HostAndPort(inventory.network().address(), Protocol.DEFAULT_PORT), environment.seed());
    }

    private void migrate(
            Setting setting, ContainerFacts container, Observed from, Observed to, ServerClient client, RowBuilder row)
            throws IOException, InterruptedException {
        row.before(settled(setting, container, from));
        if (client != null) {
            client.begins();
        }
        MigrationView ordered = fleet.move(container.id(), to.id(), options(setting));
        MigrationView ended = fleet.ended(ordered.id(), timeout);
        row.migration(ended, timeout);
        MigrationOutcome outcome = ended.outcome() == null ? endedLate(ordered.id(), row) : ended.outcome();
        Observed home = outcome == MigrationOutcome.COMMITTED ? to : from;
        if (client != null) {
            replies(client, home, row);
        }
        row.source(steps(from, ended, row));
        row.target(steps(to, ended, row));
        try {
            row.ticks(ticksAgain(container, home), to.clock().minus(from.clock()), home == to);
        } catch (IOException e) {
            row.reason("its ticker cannot be read any more: " + e.getMessage());
        }
    }

    /**
     * A container that is removed while it is being moved may come to life again on the other host.
     *
     * @return null when the migration goes on even now
     */
    private MigrationOutcome endedLate(String migration, RowBuilder row) {
        MigrationOutcome outcome = fleet.ended(migration, timeout).outcome();
        row.reason(
                outcome == null
                        ? "it still went on after another " + timeout.toSeconds()
                                + " s, and its container was removed all the same: look for it on both hosts."
                        : "it ended later: " + outcome.word() + ".");
        return outcome;
    }

    private static void replies(ServerClient client, Observed home, RowBuilder row) throws InterruptedException {
        try {
            row.replies(client.ended(home));
            client.fault().ifPresent(what -> row.reason("the server's client: " + what));
        } catch (IOException e) {
            row.reason("what the server's client has seen is not known: " + e.getMessage());
        }
    }

    /** An agent that does not tell its steps takes their measures from the row, not the outcome. */
    private List<FleetClient.Step> steps(Observed host, MigrationView ended, RowBuilder row)
            throws InterruptedException {
        try {
            return host.steps(fleet, ended.id());
        } catch (RuntimeException e) {
            unlessInterrupted();
            row.reason("what " + host.id() + " measured is not known: " + words(e));
            return List.of();
        }
    }

    private static MigrationOptions options(Setting setting) {
        return new MigrationOptions(
                setting.engine(),
                setting.rounds(),
                setting.delayMs(),
                setting.compression(),
                MigrationOptions.DEFAULT.tcpEstablished(),
                MigrationOptions.DEFAULT.verifyTimeoutMs(),
                MigrationOptions.DEFAULT.restore(),
                setting.budgetMs());
    }

    /** Waits until the workload holds its memory, uses CPU as it will go on to, and has ticked for a while. */
    private ContainerView settled(Setting setting, ContainerFacts container, Observed host)
            throws IOException, InterruptedException {
        long memory = Math.round(setting.workload().memoryBytes() * MEMORY_REACHED);
        long begun = System.nanoTime();
        long deadline = begun + SETTLES_WITHIN.toNanos();
        long unchangedSince = begun;
        long use = -1;
        while (true) {
            Optional<ContainerView> view = fleet.container(container.id());
            long now = System.nanoTime();
            if (view.isEmpty() || view.get().cpuMillicores() != use) {
                use = view.map(ContainerView::cpuMillicores).orElse(-1L);
                unchangedSince = now;
            }
            boolean steady = view.isPresent() && now - unchangedSince >= UNCHANGED_FOR.toNanos();
            boolean patient = now - begun < STEADY_WITHIN.toNanos();
            boolean late = now > deadline;
            if ((steady || !patient) && view.isPresent() && view.get().memoryBytes() >= memory) {
                if (ticks(container, host).ticks() >= LEAST_TICKS) {
                    return view.get();
                }
            }
            if (late) {
                throw new IOException("after " + SETTLES_WITHIN.toSeconds() + " s the container on " + host.id()
                        + (view.isEmpty()
                                ? " has no statistics"
                                : " holds " + view.get().memoryBytes() + " bytes of "
                                        + setting.workload().memoryBytes() + ", or its ticker has written less than "
                                        + LEAST_TICKS + " ticks"));
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    /** The log once the container has ticked after the migration, which proves that it runs. */
    private TickLog ticksAgain(ContainerFacts container, Observed host) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TICKS_AGAIN_WITHIN.toNanos();
        long first = ticks(container, host).lastCount();
        while (true) {
            TickLog log = ticks(container, host);
            if (log.lastCount() > first) {
                return log;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("it does not tick on " + host.id() + ", although the system says that it runs");
            }
        }
    }

    private static TickLog ticks(ContainerFacts container, Observed host) throws IOException, InterruptedException {
        return TickLog.parse(host.read(container, "/ticks"));
    }
}
