package org.livemigrate.agent.checkpoint;

import java.nio.file.Path;
import java.util.Objects;
import org.livemigrate.protocol.migration.StepRequest;

/**
 * One migration as an engine needs to know it.
 *
 * @param migration its id
 * @param request of the present step
 * @param images the migration's directory in the checkpoint store
 * @param progress told what is being done now
 */
public record Job(String migration, StepRequest request, Path images, Progress progress) {
    public Job {
        Objects.requireNonNull(migration, "migration");
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(progress, "progress");
    }

    public String container() {
        return request.container().id();
    }

    /** Where a step says how far it is. */
    @FunctionalInterface
    public interface Progress {
        /** @param fraction done, 0 to 1; an estimate */
        void report(double fraction, String message);
    }
}
