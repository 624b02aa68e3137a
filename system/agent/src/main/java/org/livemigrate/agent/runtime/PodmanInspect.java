package org.livemigrate.agent.runtime;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.livemigrate.protocol.container.ContainerFacts;
import tools.jackson.databind.JsonNode;

/** Reads what podman prints of containers ({@code podman container inspect}, one element) and networks. */
final class PodmanInspect {

    /** Modes that podman lists among the networks. */
    private static final Set<String> NO_NETWORKS = Set.of("none", "host");

    private PodmanInspect() {}

    static ContainerFacts facts(JsonNode c) {
        JsonNode state = c.path("State");
        JsonNode host = c.path("HostConfig");
        boolean running = state.path("Running").asBoolean(false);
        String status = state.path("Status").asString("unknown").toLowerCase(Locale.ROOT);
        if (!running && state.path("Checkpointed").asBoolean(false)) {
            status = "checkpointed";
        }
        List<String> command = new ArrayList<>();
        command.add(c.path("Path").asString(""));
        c.path("Args").forEach(argument -> command.add(argument.asString("")));
        return new ContainerFacts(
                c.path("Id").asString(""),
                c.path("Name").asString(""),
                c.path("ImageName").asString(""),
                c.path("Image").asString(""),
                status,
                state.path("Pid").asInt(0),
                instant(state.path("StartedAt").asString("")),
                cpuLimitMillicores(host),
                host.path("Memory").asLong(0),
                ports(c),
                network(host.path("NetworkMode").asString("")),
                volumes(c.path("Mounts")),
                labels(c.path("Config").path("Labels")),
                command,
                told(c.path("OCIRuntime")),
                told(c.path("GraphDriver").path("Name")),
                addresses(c.path("NetworkSettings").path("Networks")),
                null);
    }

    private static String told(JsonNode word) {
        String text = word.asString("");
        return text.isEmpty() ? null : text;
    }

    private static long cpuLimitMillicores(JsonNode host) {
        long nano = host.path("NanoCpus").asLong(0);
        if (nano > 0) {
            return nano / 1_000_000;
        }
        long quota = host.path("CpuQuota").asLong(0);
        long period = host.path("CpuPeriod").asLong(0);
        return quota > 0 && period > 0 ? quota * 1_000 / period : 0;
    }

    private static List<String> ports(JsonNode container) {
        List<String> ports = new ArrayList<>();
        container.path("NetworkSettings").path("Ports").propertyStream().forEach(entry -> {
            String protocol = entry.getKey().substring(entry.getKey().indexOf('/') + 1);
            entry.getValue()
                    .forEach(binding -> ports.add(binding.path("HostPort").asString("") + "/" + protocol));
        });
        ports.sort(null);
        return ports;
    }

    /** "slirp4netns:…", "pasta" and named networks are told as they are; only the options are cut. */
    private static String network(String mode) {
        int options = mode.startsWith("container:") || mode.startsWith("ns:") ? -1 : mode.indexOf(':');
        return options < 0 ? mode : mode.substring(0, options);
    }

    private static Map<String, String> addresses(JsonNode networks) {
        Map<String, String> addresses = new TreeMap<>();
        networks.propertyStream()
                .filter(network -> !NO_NETWORKS.contains(network.getKey()))
                .forEach(network -> addresses.put(network.getKey(), address(network.getValue())));
        return addresses;
    }

    private static String address(JsonNode network) {
        String address = network.path("IPAddress").asString("");
        return address.isEmpty() ? network.path("GlobalIPv6Address").asString("") : address;
    }

    /** Of {@code podman network ls}: subnets by name. */
    static Map<String, List<String>> networks(JsonNode networks) {
        Map<String, List<String>> subnets = new TreeMap<>();
        networks.forEach(network -> {
            List<String> of = new ArrayList<>();
            network.path("subnets")
                    .forEach(subnet -> of.add(subnet.path("subnet").asString("")));
            subnets.put(network.path("name").asString(""), of);
        });
        return subnets;
    }

    private static List<String> volumes(JsonNode mounts) {
        List<String> volumes = new ArrayList<>();
        mounts.forEach(mount -> volumes.add(mount.path("Type").asString("") + " "
                + mount.path("Name").asString(mount.path("Source").asString("")) + " on "
                + mount.path("Destination").asString("")));
        return volumes;
    }

    private static Map<String, String> labels(JsonNode labels) {
        Map<String, String> all = new TreeMap<>();
        labels.propertyStream()
                .forEach(entry -> all.put(entry.getKey(), entry.getValue().asString("")));
        return all;
    }

    private static Instant instant(String text) {
        try {
            Instant at = OffsetDateTime.parse(text).toInstant();
            return at.getEpochSecond() < 0 ? null : at;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
