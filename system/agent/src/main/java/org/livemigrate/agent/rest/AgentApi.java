package org.livemigrate.agent.rest;

import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.livemigrate.agent.migration.StepHandler;
import org.livemigrate.agent.migration.StepRecord;
import org.livemigrate.agent.runtime.ContainerRuntime;
import org.livemigrate.agent.runtime.ModelledRuntime;
import org.livemigrate.agent.store.CheckpointStore;
import org.livemigrate.agent.store.Claim;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.ClaimView;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.rest.Operations;
import org.livemigrate.rest.RestServer;
import org.livemigrate.rest.Routes;

/** The agent's paths; see {@code system/agent/README.md}. */
public final class AgentApi {

    private final Function<RestServer, HostFacts> hostFacts;
    private final ContainerRuntime runtime;
    private final CheckpointStore store;
    private final StepHandler steps;
    private final Operations operations;
    private final Executor creators;
    private final Runnable resync;
    private volatile HostFacts facts;

    /** A migration as this agent knows it: {@code GET /v1/migrations/{id}}. */
    public record KnownMigration(String id, List<StepRecord> steps) {}

    /**
     * @param hostFacts once the address is known
     * @param creators run create calls
     * @param resync sends the host's whole statistics
     */
    public AgentApi(
            Function<RestServer, HostFacts> hostFacts,
            ContainerRuntime runtime,
            CheckpointStore store,
            StepHandler steps,
            Operations operations,
            Executor creators,
            Runnable resync) {
        this.hostFacts = hostFacts;
        this.runtime = runtime;
        this.store = store;
        this.steps = steps;
        this.operations = operations;
        this.creators = creators;
        this.resync = resync;
    }

    /**
     * Starts to listen.
     *
     * @param more adds further paths
     */
    public RestServer listen(RestServer.Settings settings, Consumer<Routes> more) {
        RestServer server = RestServer.start(settings, routes -> {
            addTo(routes);
            more.accept(routes);
        });
        facts = hostFacts.apply(server);
        return server;
    }

    public HostFacts facts() {
        return facts;
    }

    private void addTo(Routes routes) {
        operations.addTo(routes);
        routes.get("/v1/host", this::host);
        routes.get("/v1/containers", context -> context.json(runtime.list("true".equals(context.queryParam("all")))));
        routes.post("/v1/containers", CreateContainer.class, this::create);
        routes.get(
                "/v1/containers/{id}",
                context -> context.json(
                        steps.describe(container(context)).orElseThrow(() -> noContainer(container(context)))));
        routes.delete("/v1/containers/{id}", this::remove);
        routes.get("/v1/containers/{id}/ticks", this::ticks);
        routes.post("/v1/resync", context -> {
            resync.run();
            context.status(202);
        });
        routes.put("/v1/migrations/{id}/{step}", StepRequest.class, this::step);
        routes.get("/v1/migrations/{id}", this::migration);
        routes.get("/v1/claims/{container}", this::newestClaim);
        routes.get("/v1/claims/{container}/{epoch}", this::claim);
    }

    private void host(Context context) {
        HostFacts known = facts;
        if (known == null) {
            throw new ProblemException(Problem.unavailable("The agent is starting: ask again."));
        }
        context.json(known);
    }

    private void create(Context context, CreateContainer create) {
        Operations.accepted(
                context, operations.startAnew("create." + create.name(), "create-container", creators, progress -> {
                    progress.report(0.1, "creating " + create.name());
                    return runtime.run(create);
                }));
    }

    private void remove(Context context) {
        String idOrName = container(context);
        // by its whole id: podman takes the beginning of another's too
        runtime.remove(runtime.inspect(idOrName)
                .orElseThrow(() -> noContainer(idOrName))
                .id());
        context.status(204);
    }

    private void ticks(Context context) {
        String id = container(context);
        if (!(runtime instanceof ModelledRuntime modelled)) {
            throw new ProblemException(Problem.notFound(
                    "only modelled containers have a ticker that their agent can read; look into the container."));
        }
        context.json(modelled.ticks(id).orElseThrow(() -> noContainer(id)));
    }

    private void step(Context context, StepRequest request) {
        String migration = Ids.require("migration id", context.pathParam("id"));
        MigrationStep step = MigrationStep.of(context.pathParam("step"));
        Operations.accepted(context, steps.handle(migration, step, request));
    }

    private void migration(Context context) {
        String id = Ids.require("migration id", context.pathParam("id"));
        List<StepRecord> known = steps.known(id);
        if (known.isEmpty()) {
            throw new ProblemException(Problem.notFound("migration \"" + id + "\" is not known on this host."));
        }
        context.json(new KnownMigration(id, known));
    }

    /** The newest epoch that this host or the store knows of, and who has won its claim, if anybody. */
    private void newestClaim(Context context) {
        String container = Ids.require("container id", context.pathParam("container"));
        Optional<Claim> claim = store.readClaim(container);
        long newest = Math.max(claim.map(Claim::epoch).orElse(0L), steps.newestEpoch(container));
        context.json(view(container, newest, claim));
    }

    private void claim(Context context) {
        String container = Ids.require("container id", context.pathParam("container"));
        long epoch = 0;
        try {
            epoch = Long.parseLong(context.pathParam("epoch"));
        } catch (NumberFormatException e) {
            // as bad as 0
        }
        if (epoch <= 0) {
            throw new ProblemException(
                    Problem.badRequest("epoch \"" + context.pathParam("epoch") + "\" is none: epochs count from 1."));
        }
        context.json(view(container, epoch, store.readClaim(container)));
    }

    private static ClaimView view(String container, long epoch, Optional<Claim> claim) {
        return new ClaimView(
                container,
                epoch,
                claim.filter(stands -> stands.epoch() == epoch)
                        .map(Claim::owner)
                        .orElse(null));
    }

    private static String container(Context context) {
        return Ids.require("container", context.pathParam("id"));
    }

    private static ProblemException noContainer(String id) {
        return new ProblemException(new Problem(
                "unknown-container", "There is no such container", 404, "this host has no container " + id + "."));
    }
}
