package org.livemigrate.agent.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;

/** A host whose containers, networks and images are what a test says, and on which nothing can be done. */
public final class ListedContainers implements ContainerRuntime {

    public final List<ContainerFacts> containers = new ArrayList<>();

    /** Images that are not here. */
    public Set<String> missing = Set.of();

    public Map<String, List<String>> networks = Map.of("podman", List.of("10.88.0.0/16"));

    @Override
    public String name() {
        return "test";
    }

    @Override
    public List<ContainerFacts> list(boolean all) {
        return containers.stream().filter(facts -> all || facts.running()).toList();
    }

    @Override
    public Optional<ContainerFacts> inspect(String idOrName) {
        return containers.stream().filter(facts -> facts.id().equals(idOrName)).findFirst();
    }

    @Override
    public boolean hasImage(String image) {
        return !missing.contains(image);
    }

    @Override
    public Map<String, List<String>> networks() {
        return networks;
    }

    @Override
    public ContainerFacts run(CreateContainer create) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void remove(String idOrName) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeStopped(String idOrName) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void followStats(Duration interval, Consumer<UseReading> readings) {
        throw new UnsupportedOperationException();
    }
}
