package org.livemigrate.controller.rest;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.livemigrate.controller.agents.RestAgents;
import org.livemigrate.controller.fleet.Fleet;
import org.livemigrate.controller.fleet.InitialPlacement;
import org.livemigrate.controller.migration.MigrationExecutor;
import org.livemigrate.controller.migration.MoveOrder;
import org.livemigrate.controller.schedule.DrainPlanner;
import org.livemigrate.controller.schedule.SchedulingLoop;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.ControllerStatus;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.host.HeartbeatAnswer;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.host.HostMatch;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.migration.MoveRequest;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.protocol.plan.DrainAnswer;
import org.livemigrate.protocol.plan.PlanDocument;
import org.livemigrate.protocol.plan.SnapshotDocument;
import org.livemigrate.rest.Operations;
import org.livemigrate.rest.RestServer;
import org.livemigrate.rest.Routes;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.InvalidClusterException;
import org.livemigrate.scheduler.plan.MigrationPlan;

/** The paths of the controller; each handler reads, hands on, and answers. */
public final class ControllerApi {

    /** What a long-poll waits at most; clients ask again. */
    private static final long LONGEST_WAIT_MS = 30_000;

    /**
     * What the paths lead to.
     *
     * @param heartbeatAnswer by the local address on which the agent reached this controller
     * @param planOf a plan for a snapshot from outside, without the guards that need a live fleet's past
     * @param options how a move by hand is carried out when it does not say
     * @param headroom share of a host's capacity that draining another one leaves free
     * @param threads for operations that wait for an agent
     */
    public record Parts(
            Fleet fleet,
            InitialPlacement placement,
            SchedulingLoop scheduling,
            MigrationExecutor executor,
            RestAgents agents,
            Operations operations,
            Function<String, HeartbeatAnswer> heartbeatAnswer,
            Function<ClusterSnapshot, MigrationPlan> planOf,
            Supplier<ControllerStatus> status,
            MigrationOptions options,
            Fraction headroom,
            Executor threads) {}

    private final Parts parts;
    private final Set<String> creating = ConcurrentHashMap.newKeySet();

    public ControllerApi(Parts parts) {
        this.parts = Objects.requireNonNull(parts, "parts");
    }

    /** Adds the paths. */
    public void addTo(Routes routes) {
        routes.post("/v1/heartbeats", Heartbeat.class, this::heartbeat);
        routes.get("/v1/nodes", context -> context.json(parts.fleet().nodes()));
        routes.post("/v1/nodes/{id}/cordon", context -> cordon(context, true));
        routes.post("/v1/nodes/{id}/uncordon", context -> cordon(context, false));
        routes.post("/v1/nodes/{id}/drain", this::drain);
        routes.get("/v1/containers", context -> context.json(parts.fleet().containers()));
        routes.get("/v1/containers/{id}", context -> context.json(parts.fleet().container(context.pathParam("id"))));
        routes.post("/v1/containers", CreateContainer.class, this::create);
        routes.delete("/v1/containers/{id}", this::remove);
        routes.get("/v1/migrations", context -> context.json(parts.executor().list()));
        routes.post("/v1/migrations", MoveRequest.class, this::move);
        routes.get("/v1/migrations/{id}", this::migration);
        routes.post("/v1/migrations/{id}/recover", this::recover);
        routes.get(
                "/v1/snapshot",
                context -> context.json(SnapshotDocument.of(parts.fleet().snapshot())));
        routes.postOptional("/v1/plan", SnapshotDocument.class, this::plan);
        routes.get("/v1/decisions", context -> context.json(parts.scheduling().decisions()));
        routes.post("/v1/rounds", context -> context.json(parts.scheduling().runRound("request")));
        routes.post("/v1/scheduler/pause", context -> pause(context, true));
        routes.post("/v1/scheduler/resume", context -> pause(context, false));
        routes.get("/v1/status", context -> context.json(parts.status().get()));
        parts.operations().addTo(routes);
    }

    private void heartbeat(Context context, Heartbeat heartbeat) {
        parts.fleet().heartbeat(heartbeat);
        context.json(parts.heartbeatAnswer().apply(context.req().getLocalAddr()));
    }

    private void pause(Context context, boolean value) {
        parts.scheduling().pause(value);
        context.json(parts.status().get());
    }

    private void cordon(Context context, boolean cordoned) {
        String host = Ids.require("host id", context.pathParam("id"));
        if (dryRun(context)) {
            parts.fleet().requireAlive(host);
        } else if (cordoned) {
            close(host);
        } else {
            parts.fleet().cordon(host, false);
        }
        context.status(204);
    }

    /** Nothing goes there any more, nor what was to. */
    private void close(String host) {
        parts.fleet().cordon(host, true);
        parts.executor().dropQueuedTo(host);
    }

    /** {@code ?dryRun=true}: everything is checked and answered, nothing is changed. */
    private static boolean dryRun(Context context) {
        String value = context.queryParam("dryRun");
        if (value != null && !value.equals("true") && !value.equals("false")) {
            throw new ProblemException(
                    Problem.badRequest("dryRun is \"" + value + "\": write true or false, or leave it out."));
        }
        return "true".equals(value);
    }

    /** Cordons the host and orders its containers elsewhere; one that cannot be ordered stays, and says why. */
    private void drain(Context context) {
        String host = Ids.require("host id", context.pathParam("id"));
        parts.fleet().requireKnown(host);
        boolean dry = dryRun(context);
        if (!dry) {
            close(host);
        }
        PlanDocument plan = DrainPlanner.plan(
                parts.fleet().snapshot(),
                host,
                parts.headroom(),
                parts.executor().moving());
        List<MoveOrder> orders = new ArrayList<>();
        List<PlanDocument.Move> moves = new ArrayList<>();
        List<PlanDocument.Refusal> stay = new ArrayList<>(plan.rejections());
        for (PlanDocument.Move move : plan.migrations()) {
            try {
                orders.add(order(move));
                moves.add(move);
            } catch (ProblemException e) {
                stay.add(new PlanDocument.Refusal(
                        move.container(),
                        move.from(),
                        move.to(),
                        e.problem().type(),
                        e.problem().detail()));
            }
        }
        PlanDocument possible = new PlanDocument(
                plan.policy(), moves, stay, plan.overTarget(), plan.loadBefore(), plan.loadAfter(), plan.truncated());
        if (dry || orders.isEmpty()) {
            context.json(new DrainAnswer(possible, List.of()));
            return;
        }
        context.status(202).json(new DrainAnswer(possible, parts.executor().submit(orders)));
    }

    private MoveOrder order(PlanDocument.Move move) {
        HostFacts from = parts.fleet().requireAlive(move.from());
        HostFacts to = parts.fleet().requireAlive(move.to());
        return new MoveOrder(
                move.container(),
                parts.fleet().container(move.container()).name(),
                move.from(),
                move.to(),
                options(new MoveRequest(move.container(), move.to(), null), from, to),
                move.reason(),
                null);
    }

    private void create(Context context, CreateContainer wanted) {
        List<ContainerView> same = parts.fleet().containers().stream()
                .filter(container -> container.name().equals(wanted.name()))
                .toList();
        if (!same.isEmpty()) {
            throw new ProblemException(Problem.conflict(
                    "name-taken",
                    "host " + same.get(0).host() + " runs a container named " + wanted.name()
                            + " already: choose another name, or remove that one first."));
        }
        if (!creating.add(wanted.name())) {
            throw new ProblemException(Problem.conflict(
                    "name-taken",
                    "a container named " + wanted.name() + " is being created: see GET /v1/operations/create-"
                            + wanted.name() + ", or choose another name."));
        }
        Operation started;
        try {
            String host = wanted.host() == null
                    ? parts.placement().choose(wanted)
                    : parts.fleet().requireAlive(wanted.host()).id();
            started = parts.operations()
                    .startAnew("create-" + wanted.name(), "create-container", parts.threads(), progress -> {
                        progress.report(0.1, "creating " + wanted.name() + " on " + host);
                        return create(host, wanted);
                    });
        } catch (RuntimeException e) {
            creating.remove(wanted.name());
            throw e;
        }
        // not within the work: one that comes in between would join this operation, and nobody would free its name
        parts.operations().ended(started.id()).whenComplete((ended, failure) -> creating.remove(wanted.name()));
        Operations.accepted(context, started);
    }

    private ContainerFacts create(String host, CreateContainer wanted) {
        try {
            return parts.agents().create(host, wanted);
        } catch (ProblemException e) {
            parts.placement().failed(wanted.name());
            throw e;
        }
    }

    private void remove(Context context) {
        ContainerView container = parts.fleet().container(context.pathParam("id"));
        if (container.movingTo() != null || parts.executor().moving().contains(container.id())) {
            throw new ProblemException(Problem.conflict(
                    "in-flight",
                    "container " + container.name() + " is being moved or waits for it: wait for the end of the"
                            + " migration, see GET /v1/migrations."));
        }
        Operations.accepted(
                context,
                parts.operations()
                        .startAnew(
                                "remove-" + shortened(container.id()),
                                "remove-container",
                                parts.threads(),
                                progress -> {
                                    parts.agents().remove(container.host(), container.id());
                                    return null;
                                }));
    }

    private static String shortened(String id) {
        return id.length() > 100 ? id.substring(0, 100) : id;
    }

    private void move(Context context, MoveRequest wanted) {
        ContainerView container = parts.fleet().container(wanted.container());
        HostFacts from = parts.fleet().requireAlive(container.host());
        HostFacts to = parts.fleet().requireAlive(wanted.to());
        MigrationOptions options = options(wanted, from, to);
        if (dryRun(context)) {
            if (container.host().equals(wanted.to())) {
                throw new ProblemException(Problem.badRequest(
                        "container " + container.name() + " is on " + wanted.to() + " already: name another host."));
            }
            context.json(new PlanDocument.Move(
                    container.id(),
                    container.host(),
                    wanted.to(),
                    "ordered by hand; it would be moved by engine " + options.engine()));
            return;
        }
        String id = parts.executor()
                .submit(List.of(new MoveOrder(
                        container.id(),
                        container.name(),
                        container.host(),
                        wanted.to(),
                        options,
                        "ordered by hand",
                        null)))
                .get(0);
        context.status(202)
                .header("Location", "/v1/migrations/" + id)
                .json(parts.executor().view(id));
    }

    private MigrationOptions options(MoveRequest wanted, HostFacts from, HostFacts to) {
        if (!from.runtime().equals(to.runtime()) || !Objects.equals(from.storeId(), to.storeId())) {
            throw new ProblemException(Problem.conflict(
                    "incompatible-hosts",
                    "nothing can move from " + from.id() + " (" + from.runtime() + ", store " + from.storeId() + ") to "
                            + to.id() + " (" + to.runtime() + ", store " + to.storeId()
                            + "): both need the same runtime and the same checkpoint store mounted."));
        }
        MigrationOptions asked = wanted.optionsOr(parts.options());
        MigrationOptions usable = HostMatch.withCommonEngine(asked, from, to)
                .orElseThrow(() -> new ProblemException(Problem.conflict(
                        "no-common-engine",
                        "hosts " + from.id() + " " + from.engines() + " and " + to.id() + " " + to.engines()
                                + " have no checkpoint engine in common.")));
        if (wanted.insists() && !usable.engine().equals(asked.engine())) {
            throw new ProblemException(Problem.conflict(
                    "no-common-engine",
                    "engine " + asked.engine() + " does not work on both " + from.id() + " " + from.engines() + " and "
                            + to.id() + " " + to.engines() + ": name another, or none."));
        }
        return usable;
    }

    private void migration(Context context) {
        String id = Ids.require("migration id", context.pathParam("id"));
        Duration atMost = Duration.ofMillis(RestServer.queryNumber(context, "waitMs", 0, LONGEST_WAIT_MS));
        CompletableFuture<MigrationView> answer = parts.executor().await(id, atMost);
        context.future(() -> answer.thenAccept(context::json));
    }

    private void recover(Context context) {
        context.status(202).json(parts.executor().recover(Ids.require("migration id", context.pathParam("id"))));
    }

    /** With a body: a plan for that snapshot. Without: what a round would decide now. */
    private void plan(Context context, Optional<SnapshotDocument> fleet) {
        if (fleet.isEmpty()) {
            context.json(PlanDocument.of(parts.scheduling().dryRun()));
            return;
        }
        ClusterSnapshot snapshot;
        try {
            snapshot = fleet.get().toSnapshot();
        } catch (InvalidClusterException e) {
            throw new ProblemException(Problem.badRequest(e.getMessage()), e);
        }
        context.json(PlanDocument.of(parts.planOf().apply(snapshot)));
    }
}
