package org.livemigrate.agent;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.livemigrate.agent.checkpoint.CheckpointEngine;
import org.livemigrate.agent.checkpoint.CriuFigures;
import org.livemigrate.agent.checkpoint.Faults;
import org.livemigrate.agent.checkpoint.ModelledCosts;
import org.livemigrate.agent.checkpoint.ModelledEngine;
import org.livemigrate.agent.checkpoint.PodmanEngine;
import org.livemigrate.agent.checkpoint.StoredHosts;
import org.livemigrate.agent.checkpoint.live.LiveEngine;
import org.livemigrate.agent.migration.HostCapacity;
import org.livemigrate.agent.migration.HostPorts;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.HostProbe;
import org.livemigrate.agent.runtime.ModelledRuntime;
import org.livemigrate.agent.runtime.Podman;
import org.livemigrate.agent.runtime.PodmanRuntime;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.agent.runtime.SystemProcessRunner;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.scheduler.guard.CapabilityMatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a configuration makes of the machine that the agent runs on: real containers, or modelled ones. */
final class ThisMachine {

    private static final Logger LOG = LoggerFactory.getLogger(ThisMachine.class);

    private ThisMachine() {}

    /** @throws ProblemException when podman is not there */
    static Agent.Machine of(AgentConfig config) {
        ProcessRunner processes = new SystemProcessRunner();
        HostProbe probe = new HostProbe(processes, Path.of("/"));
        Optional<String> cgroupParent = Optional.ofNullable(config.cgroupParent());
        HostCapacity capacity = new HostCapacity(
                config.capacityMillicores() == null
                        ? probe.capacityMillicores(cgroupParent)
                        : config.capacityMillicores(),
                config.memoryBytes() == null ? probe.memoryBytes(cgroupParent) : config.memoryBytes());
        Clock clock = Clock.systemUTC();
        if (config.runtime().equals("modelled")) {
            ModelledRuntime runtime = new ModelledRuntime(config.hostId(), clock, Delay.REAL);
            return new Agent.Machine(
                    runtime,
                    List.of(new ModelledEngine(runtime, ModelledCosts.DEFAULT, Delay.REAL, Faults.NONE)),
                    capacity,
                    port -> true,
                    Map.of("kernel", "modelled"),
                    List.of(HostProbe.CHECKPOINT, HostProbe.PRE_DUMP),
                    clock,
                    Delay.REAL);
        }
        Podman podman = new Podman(processes, config.podmanCommand());
        podman.run(Podman.USUAL_TIMEOUT, List.of("--version"));
        Path liveState = config.stateDirectory().resolve("live");
        LiveEngine.releaseArmed(liveState);
        PodmanRuntime runtime = new PodmanRuntime(podman, cgroupParent, Path.of("/"));
        StoredHosts hosts = new StoredHosts(processes, config.storeDirectory(), config.hostId());
        try {
            List<String> capabilities = probe.capabilities();
            LiveEngine live = new LiveEngine(
                    podman,
                    runtime,
                    hosts,
                    new LiveEngine.Capabilities(
                            capabilities.contains(HostProbe.CHECKPOINT),
                            capabilities.contains(HostProbe.PRE_DUMP),
                            capabilities.contains(HostProbe.LAZY_PAGES)),
                    liveState,
                    Path.of("/"),
                    clock,
                    Delay.REAL);
            CheckpointEngine engine = new PodmanEngine(
                    podman,
                    new CriuFigures(containersFolder(podman)),
                    runtime,
                    hosts,
                    capabilities.contains(HostProbe.CHECKPOINT),
                    capabilities.contains(HostProbe.PRE_DUMP),
                    live::announce,
                    Delay.REAL);
            if (!engine.usable()) {
                LOG.warn("criu check fails on this host: its containers are watched, and none can be moved");
            }
            return new Agent.Machine(
                    runtime,
                    List.of(engine, live),
                    capacity,
                    HostPorts.REAL,
                    probe.versions(),
                    capabilities,
                    clock,
                    Delay.REAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(Problem.unavailable("The agent was stopped while it started."), e);
        }
    }

    /** Where podman keeps a folder for each container; empty when it does not tell: then CRIU's figures are left out. */
    private static Optional<Path> containersFolder(Podman podman) throws InterruptedException {
        ProcessRunner.Result result = podman.attempt(
                Podman.USUAL_TIMEOUT,
                List.of("info", "--format", "{{.Store.GraphRoot}}/{{.Store.GraphDriverName}}-containers"));
        String path = result.stdout().strip();
        return result.succeeded() && path.startsWith("/") ? Optional.of(Path.of(path)) : Optional.empty();
    }

    /**
     * What decides whether another host can restore what this one dumps, as the scheduler's {@link CapabilityMatch} reads
     * it, beside the operator's own labels, which win.
     */
    static Map<String, String> labels(AgentConfig config, Agent.Machine machine) {
        Map<String, String> labels = new TreeMap<>();
        if (!config.runtime().equals("modelled")) {
            labels.put(CapabilityMatch.ARCHITECTURE, System.getProperty("os.arch"));
            labels.put(
                    CapabilityMatch.CHECKPOINT,
                    Boolean.toString(machine.capabilities().contains(HostProbe.CHECKPOINT)));
            labels.put(StoredHosts.IMAGES, StoredHosts.IMAGES_FORMAT);
            copy(machine.versions(), "kernel", labels, CapabilityMatch.KERNEL);
            copy(machine.versions(), "criu", labels, CapabilityMatch.CRIU);
            copy(machine.versions(), "runc", labels, CapabilityMatch.RUNC);
            copy(machine.versions(), "podman", labels, CapabilityMatch.PODMAN);
            String features = new HostProbe(new SystemProcessRunner(), Path.of("/")).cpuFeatures();
            if (!features.isEmpty()) {
                labels.put(CapabilityMatch.CPU_FEATURES, features);
            }
        }
        labels.putAll(config.labels());
        return labels;
    }

    private static void copy(Map<String, String> from, String name, Map<String, String> to, String label) {
        if (from.containsKey(name)) {
            to.put(label, from.get(name));
        }
    }
}
