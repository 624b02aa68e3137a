package org.livemigrate.agent.runtime;

import java.util.Objects;

/**
 * What the runtime's statistics say of one container at one moment.
 *
 * @param id full id
 * @param name of the container
 * @param cpuNanos CPU time used since the container's (re)start, in ns
 * @param atNanos when that was read, in ns of any clock that only this container's readings share
 * @param memoryBytes in use now
 */
public record UseReading(String id, String name, long cpuNanos, long atNanos, long memoryBytes) {
    public UseReading {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
    }
}
