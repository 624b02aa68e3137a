package org.livemigrate.protocol.migration;

import java.util.Objects;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Ids;

/**
 * Body of {@code PUT /v1/migrations/{migrationId}/{step}}.
 *
 * @param epoch fencing epoch, counted per container; an agent refuses an epoch older than the newest it has seen for
 *     that container, and names the claim with it
 * @param container as the source described it when the migration began
 * @param from source host
 * @param to target host
 * @param options how to do it
 * @param images for RESTORE: what the source wrote; absent in other steps
 */
public record StepRequest(
        long epoch, ContainerFacts container, String from, String to, MigrationOptions options, ImageManifest images) {
    /** An agent remembers the newest for ever; after the last of all longs no container could be moved again. */
    private static final long LAST_EPOCH = 1L << 53;

    public StepRequest {
        Objects.requireNonNull(container, "container");
        Objects.requireNonNull(options, "options");
        Ids.require("container id", container.id());
        Ids.require("source host", from);
        Ids.require("target host", to);
        if (epoch <= 0 || epoch > LAST_EPOCH) {
            throw new IllegalArgumentException("fencing epoch is " + epoch + ": epochs count from 1 to " + LAST_EPOCH);
        }
    }

    public StepRequest withEpoch(long newer) {
        return new StepRequest(newer, container, from, to, options, images);
    }

    public StepRequest withImages(ImageManifest manifest) {
        return new StepRequest(epoch, container, from, to, options, manifest);
    }
}
