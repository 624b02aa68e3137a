package org.livemigrate.protocol.event;

import java.time.Instant;
import java.util.Map;

/**
 * Something that the controller decided, did or saw, and why: one element of {@code GET /v1/events}.
 *
 * @param id grows from event to event of one life of the controller; a reader names the last one it has seen
 * @param time on the controller's clock
 * @param kind {@code round}, {@code move-planned}, {@code move-rejected}, {@code migration-started},
 *     {@code migration-phase}, {@code migration-ended}, {@code host-state}, {@code container-gone}; more may come
 * @param host concerned; absent when it is about none, the source when it is about a migration
 * @param target host that a container is to go to; absent otherwise
 * @param container name or id; absent when it is about none
 * @param migration id; absent when it is about none
 * @param reason a sentence for people
 * @param data for programs, by names that end in their unit
 */
public record FleetEvent(
        String id,
        Instant time,
        String kind,
        String host,
        String target,
        String container,
        String migration,
        String reason,
        Map<String, Object> data) {
    public FleetEvent {
        data = data == null ? Map.of() : Map.copyOf(data);
    }
}
