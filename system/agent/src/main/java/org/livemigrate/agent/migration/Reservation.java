package org.livemigrate.agent.migration;

import java.time.Instant;
import java.util.Objects;
import org.livemigrate.protocol.container.ContainerFacts;

/**
 * What PREPARE keeps free on a target until COMMIT or ABANDON: name, ports, memory.
 *
 * @param migration that it is for
 * @param container that is to come
 * @param at when it was made
 * @param addressLost it cannot have its address here; absent in what earlier versions wrote
 */
public record Reservation(String migration, ContainerFacts container, Instant at, Boolean addressLost) {
    public Reservation {
        Objects.requireNonNull(migration, "migration");
        Objects.requireNonNull(container, "container");
        Objects.requireNonNull(at, "at");
        addressLost = Boolean.TRUE.equals(addressLost);
    }
}
