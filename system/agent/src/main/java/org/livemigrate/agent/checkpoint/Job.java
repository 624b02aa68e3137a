package org.livemigrate.agent.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.livemigrate.protocol.migration.StepRequest;

/**
 * One migration as an engine needs to know it.
 *
 * @param migration its id
 * @param request of the present step
 * @param images the migration's directory in the checkpoint store
 * @param addressLost on the target: the container cannot have the address there that it had
 * @param progress told what is being done now
 */
public record Job(String migration, StepRequest request, Path images, boolean addressLost, Progress progress) {
    public Job {
        Objects.requireNonNull(migration, "migration");
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(progress, "progress");
    }

    public String container() {
        return request.container().id();
    }

    /** What podman has to be told when it restores the container: it would insist on an address that it cannot have. */
    public List<String> addressOptions() {
        return addressLost ? List.of("--ignore-static-ip") : List.of();
    }

    /** Where a step says how far it is. */
    @FunctionalInterface
    public interface Progress {
        /** @param fraction done, 0 to 1; an estimate */
        void report(double fraction, String message);
    }
}
