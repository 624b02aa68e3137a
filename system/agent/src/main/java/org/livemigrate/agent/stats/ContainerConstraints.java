package org.livemigrate.agent.stats;

import java.util.Map;
import java.util.TreeMap;
import org.livemigrate.agent.checkpoint.files.Volumes;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.scheduler.model.ConstraintLabels;

/** What bears on where a container may go, as its labels tell the scheduler: what PREPARE would refuse is not planned. */
public final class ContainerConstraints {

    /** Podman's own, which every host has. */
    private static final String DEFAULT_NETWORK = "podman";

    private ContainerConstraints() {}

    /** The container's own labels, and what follows from its ports, its networks and what it mounts. */
    static Map<String, String> of(ContainerFacts container) {
        Map<String, String> labels = new TreeMap<>(ConstraintLabels.withPorts(container.labels(), container.ports()));
        container.addresses().keySet().stream()
                .filter(network -> !network.equals(DEFAULT_NETWORK))
                .sorted()
                .map(ConstraintLabels::network)
                .forEach(label ->
                        labels.merge(ConstraintLabels.HOST_LABELS, label.toString(), (all, one) -> all + "," + one));
        if (Volumes.objection(container).isPresent()) {
            labels.put(ConstraintLabels.PINNED, "true");
        }
        return labels;
    }
}
