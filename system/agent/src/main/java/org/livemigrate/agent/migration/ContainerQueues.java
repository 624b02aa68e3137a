package org.livemigrate.agent.migration;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** One step at a time for each container, different containers side by side. */
final class ContainerQueues {

    private final Executor workers;
    private final Map<String, CompletableFuture<Void>> tails = new HashMap<>();

    ContainerQueues(Executor workers) {
        this.workers = workers;
    }

    /** Runs what it is given after all that was given for the same container before. */
    Executor of(String container) {
        return task -> {
            synchronized (tails) {
                CompletableFuture<Void> before = tails.getOrDefault(container, CompletableFuture.completedFuture(null));
                CompletableFuture<Void> tail =
                        before.handle((done, failed) -> null).thenRunAsync(task, workers);
                tails.put(container, tail);
                tail.whenComplete((done, failed) -> {
                    synchronized (tails) {
                        tails.remove(container, tail);
                    }
                });
            }
        };
    }
}
