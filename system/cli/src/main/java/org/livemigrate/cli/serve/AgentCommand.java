package org.livemigrate.cli.serve;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.livemigrate.agent.Agent;
import org.livemigrate.agent.AgentConfig;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.cli.console.InputException;
import org.livemigrate.protocol.stats.DiffThreshold;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a host's agent. */
@Command(
        name = "agent",
        description = "Runs this host's agent: samples containers, tells the controller, checkpoints and restores.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExample:%n",
        footer = {
            "  live-migrate agent --listen 10.0.0.11:7071 --controller http://10.0.0.10:7070 \\",
            "    --store /var/lib/live-migrate/store",
            "",
            "It ends on SIGTERM, after the steps under way. Options may stand in a YAML file: --config agent.yaml with",
            "lines such as 'listen: 10.0.0.11:7071'."
        })
public final class AgentCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", description = "YAML with options; the command line wins")
    private Path config;

    @Option(
            names = "--host-id",
            paramLabel = "ID",
            defaultValue = "${sys:livemigrate.hostname}",
            description = "this host's name in the fleet; default: its host name")
    private String hostId;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7071",
            converter = ListenAddress.Converter.class,
            description = "default ${DEFAULT-VALUE}")
    private ListenAddress listen;

    @Option(names = "--advertise", paramLabel = "URI", description = "where others reach it; default made of --listen")
    private URI advertise;

    @Option(
            names = "--controller",
            paramLabel = "URI",
            description = "where heartbeats go, for example http://10.0.0.10:7070; without one it only answers")
    private URI controller;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "/etc/live-migrate/token",
            description = "the fleet's token, mode 0600; default ${DEFAULT-VALUE}")
    private Path tokenFile;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            defaultValue = "/var/lib/live-migrate/store",
            description = "checkpoint store that all hosts share; default ${DEFAULT-VALUE}")
    private Path store;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "/var/lib/live-migrate/agent",
            description = "what must outlive a restart, on a local disk; default ${DEFAULT-VALUE}")
    private Path state;

    @Option(
            names = "--runtime",
            paramLabel = "NAME",
            defaultValue = "podman",
            description = "podman, or modelled for models of containers; default ${DEFAULT-VALUE}")
    private String runtime;

    @Option(
            names = "--cgroup-parent",
            paramLabel = "PATH",
            description = "control group for containers created here; its quota is the host's capacity")
    private String cgroupParent;

    @Option(
            names = "--capacity-millicores",
            paramLabel = "N",
            description = "CPU for containers; default: the control group's quota, else all cores")
    private Long capacityMillicores;

    @Option(
            names = "--capacity-memory",
            paramLabel = "BYTES",
            description = "memory for containers; default: the control group's limit, else all memory")
    private Long memoryBytes;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "label of this host; repeatable")
    private Map<String, String> labels;

    @Option(
            names = "--heartbeat-interval",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "between two heartbeats to the controller; default ${DEFAULT-VALUE}")
    private Duration heartbeatInterval;

    @Option(
            names = "--stats-interval",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "between samples; default: what the controller says")
    private Duration statsInterval;

    @Option(
            names = "--threshold-millicores",
            paramLabel = "N",
            description = "a smaller change of CPU use is not sent; default 10")
    private Long thresholdMillicores;

    @Override
    public Integer call() throws InterruptedException {
        if (hostId == null || hostId.isBlank()) {
            throw new InputException("--host-id: this host has no name of its own that could be its name in the fleet"
                    + " (its host name is localhost, or cannot be read): give one, such as --host-id node1.");
        }
        AgentConfig agent = new AgentConfig(
                hostId,
                listen.host(),
                listen.port(),
                advertise,
                controller,
                null,
                tokenFile,
                store,
                state,
                runtime,
                null,
                cgroupParent,
                capacityMillicores,
                memoryBytes,
                labels,
                statsInterval == null ? null : statsInterval.toMillis(),
                thresholdMillicores == null
                        ? null
                        : new DiffThreshold(thresholdMillicores, DiffThreshold.DEFAULT.memoryBytes()),
                heartbeatInterval.toMillis(),
                null,
                null);
        Serving.untilAsked(Agent.start(agent));
        return ExitStatus.DONE;
    }
}
