package org.livemigrate.benchmarks.migration.inventory;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.ProblemException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The hosts that are measured, whatever they are: virtual machines in a cloud, a lab's guests, a lab's native nodes. All
 * run the agent; one controller has them in its fleet. {@code benchmarks/inventory.example.yaml} shows every field.
 *
 * @param lab the name that rows carry
 * @param controller where it answers
 * @param tokenFile the fleet's token
 * @param image that every host holds, with the ticker as its entry point
 * @param store what is known of the checkpoint store
 * @param sharedClock whether all hosts read one clock, as native nodes do; else each host's offset is measured
 * @param network where a server that is moved can be asked from this machine; null when there is none, and its client
 *     moves with it
 * @param nodes at least two
 */
public record Inventory(
        String lab,
        URI controller,
        Path tokenFile,
        String image,
        Store store,
        Boolean sharedClock,
        Network network,
        List<Node> nodes) {

    public static final String DEFAULT_IMAGE = "localhost/stress:latest";

    /**
     * The checkpoint store as the person who set it up knows it; rows carry it unchanged, but for a delay that a sweep sets.
     *
     * @param fs {@code nfs4}, {@code ext4}, …
     * @param cache {@code warm} when a restore may read what is still in memory, {@code cold} when caches are dropped
     * @param delayMs added to each access
     * @param rateMBps its bound, 10⁶ bytes a second; null when there is none
     * @param setDelay arguments that, with a number of milliseconds after them, make its answers late by so much; empty
     *     when nobody can
     */
    public record Store(String fs, String cache, Double delayMs, Double rateMBps, List<String> setDelay) {
        public Store {
            setDelay = setDelay == null ? List.of() : List.copyOf(setDelay);
        }
    }

    /**
     * A network of podman's that every host has, in which an address can follow its container from host to host.
     *
     * @param name as podman has it
     * @param address in it that nothing else has, and that this machine reaches
     */
    public record Network(String name, String address) {
        public Network {
            Ids.require("network", name);
            require(
                    address != null && address.matches("[0-9A-Fa-f.:]+"),
                    "network.address",
                    address,
                    "an address in it, such as 10.0.0.60");
        }
    }

    /**
     * One host.
     *
     * @param id as the controller knows it
     * @param enter arguments before a command that shall run on it, for example {@code [ssh, root@10.0.0.11]}
     */
    public record Node(String id, List<String> enter) {
        public Node {
            Ids.require("node id", id);
            enter = enter == null ? List.of() : List.copyOf(enter);
        }
    }

    public Inventory {
        require(lab != null && lab.matches("[A-Za-z0-9][A-Za-z0-9._-]*"), "lab", lab, "a short name for the rows");
        require(
                controller != null && controller.getHost() != null,
                "controller",
                controller,
                "its address, such as http://10.0.0.10:7070");
        require(tokenFile != null, "tokenFile", tokenFile, "the file with the fleet's token");
        require(store != null && store.fs() != null && store.cache() != null, "store", store, "at least fs and cache");
        image = image == null ? DEFAULT_IMAGE : image;
        sharedClock = sharedClock != null && sharedClock;
        nodes = nodes == null ? List.of() : List.copyOf(nodes);
        require(nodes.size() >= 2, "nodes", nodes.size(), "at least two");
        Set<String> ids = new HashSet<>();
        nodes.forEach(node -> require(ids.add(node.id()), "nodes", node.id(), "each id once"));
    }

    private static void require(boolean holds, String field, Object value, String what) {
        if (!holds) {
            throw new IllegalArgumentException(
                    field + " is " + value + ": write " + what + " (benchmarks/inventory.example.yaml shows all)");
        }
    }

    /** @throws IllegalArgumentException naming the file, the place in it and what is wrong there */
    public static Inventory read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("--inventory " + file + ": no such file.");
        }
        try {
            return YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build()
                    .readValue(file.toFile(), Inventory.class);
        } catch (JacksonException e) {
            Throwable cause = e.getCause();
            boolean ours = cause instanceof IllegalArgumentException || cause instanceof ProblemException;
            String where =
                    e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            throw new IllegalArgumentException(
                    "--inventory " + file + where + ": " + (ours ? cause.getMessage() : e.getOriginalMessage()) + ".",
                    e);
        }
    }
}
