package org.livemigrate.agent.checkpoint.live;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/** What is done beside a step, so that it costs no downtime of its own. */
final class Background {

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "live-migration");
        thread.setDaemon(true);
        return thread;
    });

    <T> Work<T> start(Callable<T> task) {
        return new Work<>(threads.submit(task));
    }

    /** Something under way. */
    record Work<T>(Future<T> future) {

        boolean ended() {
            return future.isDone();
        }

        /** Waits for its end, however that may be. */
        void settle() throws InterruptedException {
            try {
                future.get();
            } catch (ExecutionException e) {
                // await tells
            }
        }

        /** Its result; its own failure when it failed. */
        T await() throws InterruptedException {
            try {
                return future.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof ProblemException problem) {
                    throw problem;
                }
                if (e.getCause() instanceof InterruptedException) {
                    throw new InterruptedException();
                }
                throw new ProblemException(Problem.internal(Failures.why(e.getCause())), e);
            }
        }
    }
}
