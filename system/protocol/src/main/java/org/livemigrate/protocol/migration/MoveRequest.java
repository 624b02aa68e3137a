package org.livemigrate.protocol.migration;

import org.livemigrate.protocol.json.Ids;

/**
 * Moves one container by hand: {@code POST /v1/migrations}.
 *
 * @param container id or name
 * @param to target host
 * @param options absent: the controller's
 */
public record MoveRequest(String container, String to, MigrationOptions options) {
    public MoveRequest {
        Ids.require("container", container);
        Ids.require("target host", to);
    }
}
