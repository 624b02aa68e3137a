package org.livemigrate.controller.migration;

import java.util.concurrent.CompletableFuture;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.migration.ClaimView;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;

/**
 * The network between the executor and the agents. A future that fails with a {@link
 * org.livemigrate.protocol.json.ProblemException} says that the agent answered so; any other failure, and a future that
 * never ends, says nothing about what the agent did.
 *
 * <p>Calls return at once; hosts are named by id.
 */
public interface AgentClient {

    /** The container as the host's runtime describes it; a problem when it has none of that id. */
    CompletableFuture<ContainerFacts> container(String host, String container);

    /** Has a step done, and waits for its end. Repeating it with the same epoch is answered with its first answer. */
    CompletableFuture<StepResult> step(String host, String migration, MigrationStep step, StepRequest request);

    /**
     * The newest fencing epoch of the container that the host or the store it sees knows of; 0 when none. A controller
     * whose journal was lost learns from it where to go on counting.
     */
    CompletableFuture<Long> newestEpoch(String host, String container);

    /** Reads who has won the claim. */
    CompletableFuture<ClaimView> claim(String host, String container, long epoch);
}
