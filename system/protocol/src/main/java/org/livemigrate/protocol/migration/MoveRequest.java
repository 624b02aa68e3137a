package org.livemigrate.protocol.migration;

import org.livemigrate.protocol.json.Ids;

/**
 * Moves one container by hand: {@code POST /v1/migrations}.
 *
 * @param container id or name
 * @param to target host
 * @param options absent: the controller's
 * @param engine instead of the one in the options; absent: that one
 */
public record MoveRequest(String container, String to, MigrationOptions options, String engine) {
    public MoveRequest {
        Ids.require("container", container);
        Ids.require("target host", to);
    }

    /** By the engine of the options. */
    public MoveRequest(String container, String to, MigrationOptions options) {
        this(container, to, options, null);
    }

    /** What is asked for, where the controller's own options are these. */
    public MigrationOptions optionsOr(MigrationOptions controllers) {
        MigrationOptions asked = options == null ? controllers : options;
        return engine == null ? asked : asked.withEngine(engine);
    }

    /** Whether no other engine will do. */
    public boolean insists() {
        return options != null || engine != null;
    }
}
