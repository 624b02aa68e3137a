package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.livemigrate.agent.checkpoint.files.FileTree;
import org.livemigrate.agent.checkpoint.files.Volumes.Volume;
import org.livemigrate.agent.runtime.Podman;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import tools.jackson.databind.JsonNode;

/** Where podman and runc keep what belongs to a container. */
final class Layout {

    private Layout() {}

    /**
     * A running container on its host.
     *
     * @param pid of its first process
     * @param connected whether it has a network of its own
     */
    record Source(int pid, boolean connected, List<FileTree> files) {

        /** Directories that travel too; reached through links, they are what these lead to. */
        Source with(List<Volume> volumes) {
            List<FileTree> all = new ArrayList<>(files);
            for (Volume volume : volumes) {
                try {
                    all.add(FileTree.directory(volume.name(), volume.path().toRealPath()));
                } catch (IOException e) {
                    throw new ProblemException(
                            Problem.internal("volume " + volume.path() + " cannot be read: " + Failures.why(e)), e);
                }
            }
            return new Source(pid, connected, all);
        }
    }

    /**
     * A container that podman has made and that does not run yet.
     *
     * @param files where its trees of files will be, by their names
     * @param network its network namespace, when it has one that podman has made
     */
    record Target(Map<String, Path> files, Optional<Path> network) {}

    /**
     * As runc and the overlay driver have it on disk; as podman says, which takes a slow host a second, where that does not
     * look as expected.
     *
     * @param root of the file system, {@code /} but in tests
     */
    static Source ofRunning(Podman podman, Path root, ContainerFacts container) {
        return ofRuncsState(root, container).orElseGet(() -> ofInspect(podman, container));
    }

    static Optional<Source> ofRuncsState(Path root, ContainerFacts container) {
        try {
            JsonNode state = runcsState(root, container.id());
            int pid = state.path("init_process_pid").asInt(0);
            JsonNode config = state.path("config");
            Path merged = Path.of(config.path("rootfs").asString(""));
            Path upper = merged.resolveSibling("diff");
            if (pid == 0 || !merged.endsWith("merged") || !Files.isDirectory(upper)) {
                return Optional.empty();
            }
            Path layers = merged.getParent().getParent();
            List<Path> lower = new ArrayList<>();
            for (String link :
                    Files.readString(merged.resolveSibling("lower")).strip().split(":")) {
                lower.add(layers.resolve(link).toRealPath());
            }
            List<FileTree> files = new ArrayList<>();
            files.add(new FileTree(FileTree.ROOTFS, merged, upper, lower));
            for (JsonNode mount : config.path("mounts")) {
                Path source = Path.of(mount.path("source").asString(""));
                if (mount.path("destination").asString("").equals("/dev/shm") && source.endsWith("userdata/shm")) {
                    files.add(FileTree.directory(FileTree.SHM, source));
                }
            }
            return Optional.of(new Source(pid, connected(container), files));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean connected(ContainerFacts container) {
        return !container.network().equals("none");
    }

    private static Source ofInspect(Podman podman, ContainerFacts container) {
        JsonNode all = Podman.json(podman.run(Podman.USUAL_TIMEOUT, List.of("container", "inspect", container.id())));
        JsonNode facts = all.path(0);
        JsonNode data = facts.path("GraphDriver").path("Data");
        List<FileTree> files = new ArrayList<>();
        files.add(new FileTree(
                FileTree.ROOTFS,
                Path.of(data.path("MergedDir").asString("")),
                Path.of(data.path("UpperDir").asString("")),
                Arrays.stream(data.path("LowerDir").asString("").split(":"))
                        .map(Path::of)
                        .toList()));
        Path shm = Path.of(facts.path("StaticDir").asString("/nowhere")).resolve("shm");
        if (Files.isDirectory(shm)) {
            files.add(FileTree.directory(FileTree.SHM, shm));
        }
        return new Source(facts.path("State").path("Pid").asInt(0), connected(container), files);
    }

    /**
     * Why this engine cannot carry a container, for people; empty when it can. What the source did not tell is no
     * objection.
     */
    static Optional<String> objection(ContainerFacts container) {
        String because = null;
        if (container.ociRuntime() != null && !container.ociRuntime().equals("runc")) {
            because = "was made by OCI runtime " + container.ociRuntime() + ", and runc alone restores lazily";
        } else if (container.storageDriver() != null
                && !container.storageDriver().equals("overlay")) {
            because = "lies on storage driver " + container.storageDriver()
                    + ", and only an overlay tells what the container has written";
        } else if ("host".equals(container.network())) {
            because = "uses its host's network, which does not travel";
        }
        return Optional.ofNullable(because)
                .map(why -> "container " + container.name() + " " + why
                        + ": move it with engine podman, or pin it with the label livemigrate.pinned=true.");
    }

    /**
     * What a running container's first process was given as its standard input, output and error, as runc notes it.
     *
     * @param root of the file system, {@code /} but in tests
     */
    static List<String> standardDescriptors(Path root, String container) throws IOException {
        return runcsState(root, container)
                .path("external_descriptors")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }

    private static JsonNode runcsState(Path root, String container) throws IOException {
        return Podman.json(
                Files.readString(root.resolve("run/runc").resolve(container).resolve("state.json")));
    }

    /** From the bundle (OCI runtime specification, config.json) that podman has written for the runtime. */
    static Target ofBundle(Path bundle) {
        try {
            JsonNode config = Podman.json(Files.readString(bundle.resolve("config.json")));
            Path root = bundle.resolve(config.path("root").path("path").asString(""));
            Map<String, Path> files = new LinkedHashMap<>();
            files.put(FileTree.ROOTFS, root);
            for (JsonNode mount : config.path("mounts")) {
                if (mount.path("destination").asString("").equals("/dev/shm")
                        && mount.path("type").asString("").equals("bind")) {
                    files.put(FileTree.SHM, Path.of(mount.path("source").asString("")));
                }
            }
            Optional<Path> network = Optional.empty();
            for (JsonNode namespace : config.path("linux").path("namespaces")) {
                if (namespace.path("type").asString("").equals("network")) {
                    network = Optional.of(namespace.path("path").asString(""))
                            .filter(path -> !path.isEmpty())
                            .map(Path::of);
                }
            }
            return new Target(files, network);
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.internal(
                            "cannot read what podman wrote for the runtime in " + bundle + ": " + Failures.why(e)),
                    e);
        }
    }
}
