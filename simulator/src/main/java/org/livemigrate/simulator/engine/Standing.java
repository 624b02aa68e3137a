package org.livemigrate.simulator.engine;

import java.util.Map;
import java.util.Objects;
import org.livemigrate.scheduler.model.Constraints;

/**
 * Where a container starts, and what it demands of hosts; for workloads that come with a fleet of their own.
 *
 * @param name of the container, for people
 * @param host by id
 * @param labels of the container
 * @param constraints what its labels, or an operator, demand
 */
public record Standing(String name, String host, Map<String, String> labels, Constraints constraints) {
    public Standing {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(constraints, "constraints");
        labels = Map.copyOf(labels);
    }
}
