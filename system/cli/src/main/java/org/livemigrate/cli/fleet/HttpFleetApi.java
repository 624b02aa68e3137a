package org.livemigrate.cli.fleet;

import java.time.Duration;
import java.util.List;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.rest.RestClient;
import tools.jackson.core.type.TypeReference;

/** {@link FleetApi} over a controller's REST interface. */
public final class HttpFleetApi implements FleetApi {

    /** Well below the client's own timeout, or a long migration would look like a controller that does not answer. */
    private static final Duration LONG_POLL = RestClient.DEFAULT_TIMEOUT.dividedBy(2);

    private final RestClient controller;

    public HttpFleetApi(RestClient controller) {
        this.controller = controller;
    }

    @Override
    public List<NodeView> nodes() {
        return controller.get("/v1/nodes", new TypeReference<List<NodeView>>() {});
    }

    @Override
    public List<MigrationView> migrations() {
        return controller.get("/v1/migrations", new TypeReference<List<MigrationView>>() {});
    }

    @Override
    public MigrationView ended(String migration) {
        MigrationView view;
        do {
            view = controller.get(
                    "/v1/migrations/" + migration + "?waitMs=" + LONG_POLL.toMillis(), MigrationView.class);
        } while (view.outcome() == null);
        return view;
    }

    @Override
    public ContainerFacts create(CreateContainer container, Duration timeout) {
        Operation started = controller.post("/v1/containers", container, Operation.class);
        return controller.result(started, timeout, ContainerFacts.class);
    }

    @Override
    public void resumeScheduling() {
        controller.post("/v1/scheduler/resume", null, Void.class);
    }
}
