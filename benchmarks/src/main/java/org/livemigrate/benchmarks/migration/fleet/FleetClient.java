package org.livemigrate.benchmarks.migration.fleet;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.migration.MoveRequest;
import org.livemigrate.protocol.migration.StepResult;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.protocol.plan.DecisionView;
import org.livemigrate.rest.RestClient;
import tools.jackson.core.type.TypeReference;

/** The fleet under measurement, by the REST interfaces that its operators use too. */
public final class FleetClient {

    private static final Duration CREATED_WITHIN = Duration.ofMinutes(5);

    /** Of an agent whose podman takes many seconds, in an emulated machine. */
    private static final Duration AGENT_ANSWERS_WITHIN = Duration.ofMinutes(2);

    private static final int REPETITIONS = 2;

    /** Well below the client's own timeout, or a long migration would look like a controller that does not answer. */
    private static final Duration LONG_POLL = RestClient.DEFAULT_TIMEOUT.dividedBy(2);

    private static final int NOT_FOUND = 404;

    private final RestClient controller;
    private final String token;

    public FleetClient(URI controller, String token) {
        this.controller = new RestClient(controller, token);
        this.token = token;
    }

    /**
     * What an agent knows of one step, as {@code GET /v1/migrations/{id}} tells it.
     *
     * @param step which
     * @param result absent unless it succeeded
     */
    public record Step(MigrationStep step, StepResult result) {}

    /** When the ticker of a modelled container stood still, as its agent tells it. */
    public record Ticks(List<Gap> gaps) {}

    /** One standstill. */
    public record Gap(long gapMs) {}

    private record KnownMigration(List<Step> steps) {}

    public List<NodeView> nodes() {
        return controller.get("/v1/nodes", new TypeReference<List<NodeView>>() {});
    }

    /** All that the controller knows of, ended ones too. */
    public List<MigrationView> migrations() {
        return controller.get("/v1/migrations", new TypeReference<List<MigrationView>>() {});
    }

    /** The rounds since the controller's start. */
    public List<DecisionView> decisions() {
        return controller.get("/v1/decisions", new TypeReference<List<DecisionView>>() {});
    }

    /** What runs on the agent's host. */
    public List<ContainerFacts> running(URI agent) {
        return agent(agent).get("/v1/containers", new TypeReference<List<ContainerFacts>>() {}).stream()
                .filter(ContainerFacts::running)
                .toList();
    }

    /** The ticker of a modelled container. */
    public Ticks ticks(URI agent, String container) {
        return agent(agent).get("/v1/containers/" + container + "/ticks", Ticks.class);
    }

    public ContainerFacts create(CreateContainer container) {
        Operation started = controller.post("/v1/containers", container, Operation.class);
        return controller.result(started, CREATED_WITHIN, ContainerFacts.class);
    }

    /** As the controller sees it; empty while no statistics of it have come. */
    public Optional<ContainerView> container(String id) {
        try {
            return Optional.of(controller.get("/v1/containers/" + id, ContainerView.class));
        } catch (ProblemException e) {
            if (e.problem().status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public MigrationView move(String container, String to, MigrationOptions options) {
        return controller.post("/v1/migrations", new MoveRequest(container, to, options), MigrationView.class);
    }

    /** Waits for the end, or at most so long: then the view has no outcome. */
    public MigrationView ended(String migration, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        MigrationView view;
        do {
            long left =
                    Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis());
            view = controller.get(
                    "/v1/migrations/" + migration + "?waitMs=" + Math.min(left, LONG_POLL.toMillis()),
                    MigrationView.class);
        } while (view.outcome() == null && System.nanoTime() < deadline);
        return view;
    }

    /** The steps of a migration that the host's agent has carried out; none when it knows nothing of it. */
    public List<Step> steps(URI agent, String migration) {
        try {
            return agent(agent)
                    .get("/v1/migrations/" + migration, KnownMigration.class)
                    .steps();
        } catch (ProblemException e) {
            if (e.problem().status() == NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    private RestClient agent(URI agent) {
        return new RestClient(agent, token, AGENT_ANSWERS_WITHIN, REPETITIONS);
    }

    /** Removes a container from a host; none there is no error. */
    public void remove(URI agent, String container) {
        try {
            agent(agent).delete("/v1/containers/" + container, Void.class);
        } catch (ProblemException e) {
            if (e.problem().status() != NOT_FOUND) {
                throw e;
            }
        }
    }
}
