package org.livemigrate.agent.migration;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.livemigrate.agent.checkpoint.Addresses;
import org.livemigrate.agent.checkpoint.CheckpointEngine;
import org.livemigrate.agent.checkpoint.files.Volumes;
import org.livemigrate.agent.runtime.ContainerRuntime;
import org.livemigrate.agent.store.CheckpointStore;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.stats.StatsCodec;

/** What PREPARE asks before it says yes. Each refusal has its own stable type and says what to do. */
final class TargetChecks {

    /** Free room that is kept in the store beyond what the images need. */
    static final long STORE_MARGIN_BYTES = 64L << 20;

    /** Images hold a little more than the memory: page maps, descriptors, the writable layer. */
    static final double IMAGE_FACTOR = 1.2;

    private final ContainerRuntime runtime;
    private final CheckpointStore store;
    private final StepLog log;
    private final HostPorts ports;
    private final HostCapacity capacity;

    TargetChecks(ContainerRuntime runtime, CheckpointStore store, StepLog log, HostPorts ports, HostCapacity capacity) {
        this.runtime = runtime;
        this.store = store;
        this.log = log;
        this.ports = ports;
        this.capacity = capacity;
    }

    /**
     * @return why the container cannot have its address here, for people, and gets another one
     * @throws ProblemException with the first reason why this host cannot take the container
     */
    Optional<String> requireRoomFor(String migration, StepRequest request, CheckpointEngine engine)
            throws InterruptedException {
        ContainerFacts container = request.container();
        requireEngine(engine);
        requireThatItCanTravel(container, engine);
        Optional<String> objection = engine.objection(container, request.from());
        if (objection.isPresent()) {
            throw refuse("cannot-travel", objection.get());
        }
        List<ContainerFacts> present = runtime.list(true);
        List<ContainerFacts> coming = log.reservations().stream()
                .filter(reservation -> !reservation.migration().equals(migration))
                .map(Reservation::container)
                .toList();
        requireNameAndPorts(container, present, coming);
        Optional<String> sharesVolume = Volumes.objection(container, coming);
        if (sharesVolume.isPresent()) {
            throw refuse("cannot-travel", sharesVolume.get());
        }
        Optional<String> addressLost = requireNetworks(container, present, coming);
        requireImage(container);
        requireCapacity(container, present, coming);
        requireStoreSpace(store, container.memoryLimitBytes());
        return addressLost;
    }

    private static void requireEngine(CheckpointEngine engine) {
        if (!engine.usable()) {
            throw refuse(
                    "engine-unsupported",
                    "engine \"" + engine.name() + "\" does not work on this host: criu check fails here; see what it"
                            + " says.");
        }
    }

    private static void requireThatItCanTravel(ContainerFacts container, CheckpointEngine engine) {
        for (Volumes.Volume volume : Volumes.of(container)) {
            if (volume.copied() && !engine.carriesVolumes()) {
                throw refuse(
                        "cannot-travel",
                        "container " + container.name() + " wants " + volume.path() + " copied, which engine \""
                                + engine.name() + "\" does not do: move it with engine live.");
            }
            if (!volume.copied() && !Files.exists(volume.path())) {
                throw refuse(
                        "cannot-travel",
                        "container " + container.name() + " mounts " + volume.path()
                                + ", and this host has no such path: mount the shared file system here.");
            }
        }
        if (container.network().startsWith("container:") || container.network().startsWith("ns:")) {
            throw refuse(
                    "cannot-travel",
                    "container " + container.name() + " shares its network with " + container.network()
                            + " and cannot travel alone; pin it with the label livemigrate.pinned=true.");
        }
    }

    private void requireNameAndPorts(
            ContainerFacts container, List<ContainerFacts> present, List<ContainerFacts> coming) {
        for (ContainerFacts other : present) {
            if (other.id().equals(container.id()) || other.name().equals(container.name())) {
                throw refuse(
                        "name-taken",
                        "this host already has container " + other.name() + " (" + other.id() + ", " + other.state()
                                + "): remove or rename it there.");
            }
        }
        for (ContainerFacts other : coming) {
            if (other.id().equals(container.id()) || other.name().equals(container.name())) {
                throw refuse(
                        "name-taken",
                        "another migration has reserved the name " + container.name() + " on this host for container "
                                + other.id() + ".");
            }
        }
        for (String port : container.ports()) {
            boolean taken = present.stream()
                            .anyMatch(other -> other.running() && other.ports().contains(port))
                    || coming.stream().anyMatch(other -> other.ports().contains(port))
                    || !ports.free(port);
            if (taken) {
                throw refuse(
                        "port-taken",
                        "container " + container.name() + " publishes port " + port
                                + ", which is in use on this host: free it, or choose another host.");
            }
        }
    }

    /** Where it cannot have its address a container gets another, unless a socket of it is bound to that one. */
    private Optional<String> requireNetworks(
            ContainerFacts container, List<ContainerFacts> present, List<ContainerFacts> coming) {
        if (container.addresses().isEmpty()) {
            return Optional.empty();
        }
        Map<String, List<String>> networks = runtime.networks();
        for (String network : container.addresses().keySet()) {
            if (!networks.containsKey(network)) {
                throw refuse(
                        "cannot-travel",
                        "container " + container.name() + " is in network " + network
                                + ", which this host does not have: create it here as it is there.");
            }
        }
        Optional<String> soon = Addresses.taken(container, coming);
        if (soon.isPresent()) {
            throw refuse(
                    "address-taken",
                    soon.get() + " like container " + container.name()
                            + " and is on its way to this host: try again when it is here.");
        }
        Optional<String> lost = Addresses.taken(container, present).or(() -> Addresses.outside(container, networks));
        if (lost.isPresent() && container.boundSockets() != null && container.boundSockets() > 0) {
            throw refuse(
                    "address-taken",
                    "container " + container.name() + " cannot have its address on this host (" + lost.get() + "), and "
                            + container.boundSockets() + " of its sockets are bound to it, connections or listeners:"
                            + " choose another host.");
        }
        return lost;
    }

    private void requireImage(ContainerFacts container) {
        String image = container.imageId().isEmpty() ? container.image() : container.imageId();
        if (!runtime.hasImage(image)) {
            throw refuse(
                    "image-missing",
                    "this host does not hold image " + container.image() + " in the version that container "
                            + container.name() + " was made from (" + image + "): load the same image here.");
        }
    }

    private void requireCapacity(ContainerFacts container, List<ContainerFacts> present, List<ContainerFacts> coming) {
        if (container.cpuLimitMillicores() > capacity.millicores()) {
            throw refuse(
                    "no-capacity",
                    "container " + container.name() + " has a limit of " + container.cpuLimitMillicores()
                            + " millicores and this host has " + capacity.millicores() + " in all.");
        }
        long reserved = memoryLimits(coming.stream());
        long running = memoryLimits(present.stream().filter(ContainerFacts::running));
        if (memoryLimits(Stream.of(container)) > capacity.memoryBytes() - reserved - running) {
            throw refuse(
                    "no-capacity",
                    "container " + container.name() + " may use " + container.memoryLimitBytes()
                            + " bytes of memory; of this host's " + capacity.memoryBytes() + " the limits of its"
                            + " containers take " + running + " and reservations " + reserved + ".");
        }
    }

    /** Bytes; limits beyond any machine's memory count as a great deal of it, so that sums of them are sums. */
    private static long memoryLimits(Stream<ContainerFacts> containers) {
        return containers
                .mapToLong(container -> Math.min(container.memoryLimitBytes(), StatsCodec.MAX_MEMORY_BYTES))
                .sum();
    }

    /** Also the source's question, which knows how much memory the container really uses. */
    static void requireStoreSpace(CheckpointStore store, long memoryBytes) {
        long needed = (long) (memoryBytes * IMAGE_FACTOR + STORE_MARGIN_BYTES); // the largest long at most
        long free = store.freeBytes();
        if (free < needed) {
            throw refuse(
                    "no-space",
                    "the checkpoint store has " + free + " bytes free and " + needed
                            + " are needed: remove old images or enlarge it.");
        }
    }

    static ProblemException refuse(String type, String detail) {
        return new ProblemException(Problem.conflict(type, detail));
    }
}
