package org.livemigrate.agent;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.livemigrate.agent.migration.StepHandler;
import org.livemigrate.protocol.broker.AmqpUri;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.stats.DiffThreshold;

/**
 * Everything an agent needs to be told. What is null takes the default that is named here.
 *
 * @param hostId this host's name in the fleet; required
 * @param listenHost address to listen on; default {@code 127.0.0.1}
 * @param listenPort default 7071; 0 for any free one
 * @param advertisedUri where controller and people reach this agent; default made of the address and port that it
 *     listens on, and required when that is a wildcard
 * @param controllerUri where heartbeats go; without one the agent only answers
 * @param brokerUri broker for statistics; default what the controller answers to heartbeats
 * @param tokenFile holds the fleet's token, mode 0600; required
 * @param storeDirectory the shared checkpoint store, mounted here; required
 * @param stateDirectory what this agent must not forget, on a local disk; required
 * @param runtime {@code podman} (default) or {@code modelled}
 * @param podmanCommand how podman is called; default {@code podman}
 * @param cgroupParent control group of the containers that are created here, whose quota is this host's capacity;
 *     default podman's own
 * @param capacityMillicores CPU that containers may use; default the control group's quota, else all cores
 * @param memoryBytes memory that containers may use; default the control group's limit, else all memory
 * @param labels of this host
 * @param statsIntervalMs between two samples; default what the controller answers to heartbeats, 5000 without one
 * @param threshold below which a change of use is not told; default {@link DiffThreshold#DEFAULT}
 * @param heartbeatIntervalMs default 10000
 * @param stopGraceMs how long running steps may take to end when the agent is stopped; default 20000
 * @param stepsAtOnce migration steps of different containers that run side by side; default 8
 */
public record AgentConfig(
        String hostId,
        String listenHost,
        Integer listenPort,
        URI advertisedUri,
        URI controllerUri,
        AmqpUri brokerUri,
        Path tokenFile,
        Path storeDirectory,
        Path stateDirectory,
        String runtime,
        List<String> podmanCommand,
        String cgroupParent,
        Long capacityMillicores,
        Long memoryBytes,
        Map<String, String> labels,
        Long statsIntervalMs,
        DiffThreshold threshold,
        Long heartbeatIntervalMs,
        Long stopGraceMs,
        Integer stepsAtOnce) {

    public static final int DEFAULT_PORT = 7071;
    public static final long DEFAULT_STATS_INTERVAL_MS = 5_000;

    public AgentConfig {
        Ids.require("host id", hostId);
        if (hostId.length() > StepHandler.LONGEST_HOST_ID) {
            throw new ProblemException(Problem.badRequest("host id " + hostId + " is longer than "
                    + StepHandler.LONGEST_HOST_ID + " characters: write a shorter one."));
        }
        requirePresent("token file", tokenFile);
        requirePresent("store directory", storeDirectory);
        requirePresent("state directory", stateDirectory);
        listenHost = listenHost == null ? "127.0.0.1" : listenHost;
        listenPort = listenPort == null ? DEFAULT_PORT : listenPort;
        runtime = runtime == null ? "podman" : runtime;
        podmanCommand = podmanCommand == null ? List.of("podman") : List.copyOf(podmanCommand);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        threshold = threshold == null ? DiffThreshold.DEFAULT : threshold;
        heartbeatIntervalMs = heartbeatIntervalMs == null ? 10_000L : heartbeatIntervalMs;
        stopGraceMs = stopGraceMs == null ? 20_000L : stopGraceMs;
        stepsAtOnce = stepsAtOnce == null ? 8 : stepsAtOnce;
        if (!List.of("podman", "modelled").contains(runtime)) {
            throw refused("runtime \"" + runtime + "\": write podman or modelled");
        }
        if (listenPort < 0 || listenPort > 65_535) {
            throw refused("listen port " + listenPort + ": write 0 to 65535");
        }
        boolean wildcard = listenHost.equals("0.0.0.0") || listenHost.equals("::");
        if (wildcard && advertisedUri == null) {
            throw refused("an agent that listens on " + listenHost
                    + " must be told the address that others reach it by: give the advertised URI");
        }
        requireAbove(0, "capacity in millicores", capacityMillicores);
        requireAbove(0, "memory in bytes", memoryBytes);
        requireAbove(0, "statistics interval in ms", statsIntervalMs);
        requireAbove(0, "heartbeat interval in ms", heartbeatIntervalMs);
        requireAbove(-1, "grace in ms", stopGraceMs);
        requireAbove(0, "steps at once", stepsAtOnce.longValue());
    }

    /** The defaults, and any free port, for what must be named anyway. */
    public static AgentConfig of(
            String hostId,
            URI controllerUri,
            Path tokenFile,
            Path storeDirectory,
            Path stateDirectory,
            String runtime) {
        return new AgentConfig(
                hostId,
                null,
                0,
                null,
                controllerUri,
                null,
                tokenFile,
                storeDirectory,
                stateDirectory,
                runtime,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    public AgentConfig withStopGraceMs(long graceMs) {
        return new AgentConfig(
                hostId,
                listenHost,
                listenPort,
                advertisedUri,
                controllerUri,
                brokerUri,
                tokenFile,
                storeDirectory,
                stateDirectory,
                runtime,
                podmanCommand,
                cgroupParent,
                capacityMillicores,
                memoryBytes,
                labels,
                statsIntervalMs,
                threshold,
                heartbeatIntervalMs,
                graceMs,
                stepsAtOnce);
    }

    public AgentConfig withLabels(Map<String, String> others) {
        return new AgentConfig(
                hostId,
                listenHost,
                listenPort,
                advertisedUri,
                controllerUri,
                brokerUri,
                tokenFile,
                storeDirectory,
                stateDirectory,
                runtime,
                podmanCommand,
                cgroupParent,
                capacityMillicores,
                memoryBytes,
                others,
                statsIntervalMs,
                threshold,
                heartbeatIntervalMs,
                stopGraceMs,
                stepsAtOnce);
    }

    /** Without the broker's password. */
    @Override
    public String toString() {
        return "AgentConfig[" + hostId + " at " + listenHost + ":" + listenPort + ", " + runtime + ", controller "
                + controllerUri + ", store " + storeDirectory + ", state " + stateDirectory + "]";
    }

    private static void requirePresent(String what, Object value) {
        if (value == null) {
            throw refused("no " + what + " is given");
        }
    }

    private static void requireAbove(long least, String what, Long value) {
        if (value != null && value <= least) {
            throw refused(what + " is " + value + ": write more than " + least);
        }
    }

    private static ProblemException refused(String what) {
        return new ProblemException(Problem.badRequest("agent configuration: " + what + "."));
    }
}
