package org.livemigrate.agent.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.livemigrate.agent.store.Trees;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Real containers, through podman's command line. All of this podman's running containers are watched. */
public final class PodmanRuntime implements ContainerRuntime {

    private static final Logger LOG = LoggerFactory.getLogger(PodmanRuntime.class);

    /** What podman says where several containers' ids begin so, and none is named so. */
    private static final String SEVERAL = "more than one result";

    /** In bytes: with its name it stays below the 64 KiB that podman reads as one line. */
    private static final int LONGEST_VALUE = 60_000;

    private static final long SHORT_PERIOD_US = 10_000;

    /** With a comment (Go's templates have them) by which an agent knows what an earlier life of it has started. */
    private static final String STATS_FORMAT = "{{/* live-migrate agent */}}{{json .}}";

    private final Podman podman;
    private final Optional<String> cgroupParent;
    private final Sockets sockets;

    /**
     * @param cgroupParent of the containers that are created here; it may hold the host's quota
     * @param root of the file system, {@code /} but in tests
     */
    public PodmanRuntime(Podman podman, Optional<String> cgroupParent, Path root) {
        this.podman = podman;
        this.cgroupParent = cgroupParent;
        this.sockets = new Sockets(root);
    }

    @Override
    public String name() {
        return "podman";
    }

    @Override
    public List<ContainerFacts> list(boolean all) {
        List<String> arguments = new ArrayList<>(List.of("ps", "--quiet", "--no-trunc"));
        if (all) {
            arguments.add("--all");
        }
        List<String> ids = podman.run(Podman.USUAL_TIMEOUT, arguments)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (ids.isEmpty()) {
            return List.of();
        }
        List<ContainerFacts> found = inspectAll(ids);
        return found.stream()
                .filter(facts -> all || facts.running())
                .sorted(Comparator.comparing(ContainerFacts::id))
                .toList();
    }

    private List<ContainerFacts> inspectAll(List<String> ids) {
        List<String> arguments = new ArrayList<>(List.of("container", "inspect"));
        arguments.addAll(ids);
        try {
            ProcessRunner.Result result = podman.attempt(Podman.USUAL_TIMEOUT, arguments);
            if (result.succeeded()) {
                return parse(result.stdout());
            }
        } catch (InterruptedException e) {
            throw Podman.interrupted(e);
        }
        // one of them went away in between: ask for each alone
        return ids.stream().flatMap(id -> inspect(id).stream()).toList();
    }

    @Override
    public Optional<ContainerFacts> inspect(String idOrName) {
        Ids.require("container", idOrName);
        List<String> arguments = List.of("container", "inspect", idOrName);
        try {
            ProcessRunner.Result result = podman.attempt(Podman.USUAL_TIMEOUT, arguments);
            if (result.succeeded()) {
                // podman also takes the beginning of an id: "db" may be another container's
                return parse(result.stdout()).stream()
                        .filter(facts ->
                                facts.id().equals(idOrName) || facts.name().equals(idOrName))
                        .findFirst()
                        .map(this::withSockets);
            }
            if (result.stderr().contains(SEVERAL)) {
                return Optional.empty();
            }
            // the same status says "none" and "failed": ask in the way that tells them apart
            if (!exists(idOrName)) {
                return Optional.empty();
            }
            throw Podman.failed("podman-failed", arguments, result);
        } catch (InterruptedException e) {
            throw Podman.interrupted(e);
        }
    }

    private ContainerFacts withSockets(ContainerFacts facts) {
        return facts.running() ? facts.withBoundSockets(sockets.bound(facts.pid())) : facts;
    }

    private boolean exists(String idOrName) throws InterruptedException {
        return answersYes(List.of("container", "exists", idOrName));
    }

    /** Podman's "exists" commands exit with 0 for yes and 1 for no. */
    private boolean answersYes(List<String> arguments) throws InterruptedException {
        ProcessRunner.Result result = podman.attempt(Podman.USUAL_TIMEOUT, arguments);
        if (result.timedOut() || result.exitStatus() > 1) {
            throw Podman.failed("podman-failed", arguments, result);
        }
        return result.exitStatus() == 0;
    }

    @Override
    public boolean hasImage(String image) {
        Ids.requireImage(image);
        try {
            return answersYes(List.of("image", "exists", image));
        } catch (InterruptedException e) {
            throw Podman.interrupted(e);
        }
    }

    @Override
    public Map<String, List<String>> networks() {
        return PodmanInspect.networks(
                Podman.json(podman.run(Podman.USUAL_TIMEOUT, List.of("network", "ls", "--format", "json"))));
    }

    @Override
    public ContainerFacts run(CreateContainer create) {
        if (inspect(create.name()).isPresent()) {
            throw new ProblemException(Problem.conflict(
                    "name-taken",
                    "this host has a container named " + create.name() + ": choose another name or remove it."));
        }
        if (!hasImage(create.image())) {
            throw new ProblemException(Problem.conflict(
                    "image-missing",
                    "this host does not hold image " + create.image() + ": pull or load it with podman first."));
        }
        requireNetwork(create);
        requireLines(create);
        Path own = null;
        try {
            // for this user alone, as all that is made this way
            own = Files.createTempDirectory("live-migrate");
            Path idFile = own.resolve("id");
            List<String> arguments = runArguments(create, idFile, environmentFile(create, own));
            ProcessRunner.Result result = podman.attempt(Podman.USUAL_TIMEOUT, arguments);
            if (!result.succeeded()) {
                removeWhatWasMade(idFile);
                throw Podman.failed("create-failed", arguments, result);
            }
            String id = Files.readString(idFile).strip();
            return inspect(id)
                    .orElseThrow(() -> new ProblemException(
                            Problem.internal("container " + create.name() + " was started and is gone again.")));
        } catch (IOException e) {
            throw new ProblemException(Problem.internal("cannot use files made for podman: " + e.getMessage()), e);
        } catch (InterruptedException e) {
            throw Podman.interrupted(e);
        } finally {
            deleteQuietly(own);
        }
    }

    /** Podman reads a line for each variable: what no line holds cannot be handed to it so. */
    private static void requireLines(CreateContainer create) {
        create.env().forEach((key, value) -> {
            boolean broken = value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0;
            if (broken || value.getBytes(StandardCharsets.UTF_8).length > LONGEST_VALUE) {
                throw new ProblemException(Problem.badRequest("container " + create.name() + ": environment variable "
                        + key + " has a line break, or more than " + LONGEST_VALUE
                        + " bytes: write it without, for example as base64, or put it into a file of the image."));
            }
        });
    }

    /**
     * Values are often secrets, and a command line is for every user of the host to see; it also stands in problems and
     * logs. Podman's own environment is no place for them either: names such as PATH and HOME mean something to podman.
     */
    private static Optional<Path> environmentFile(CreateContainer create, Path directory) throws IOException {
        if (create.env().isEmpty()) {
            return Optional.empty();
        }
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(create.env())
                .forEach((key, value) ->
                        lines.append(key).append('=').append(value).append('\n'));
        Path file = Files.createFile(
                directory.resolve("env"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        // not writeString, which takes no half of a surrogate pair; a command line had a question mark for it
        return Optional.of(Files.write(file, lines.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private List<String> runArguments(CreateContainer create, Path idFile, Optional<Path> environment) {
        List<String> arguments = new ArrayList<>(
                List.of("run", "--detach", "--pull", "never", "--cidfile", idFile.toString(), "--name", create.name()));
        cgroupParent.ifPresent(parent -> arguments.addAll(List.of("--cgroup-parent", parent)));
        arguments.addAll(cpuLimit(create.cpuLimitMillicores()));
        if (create.memoryLimitBytes() > 0) {
            arguments.addAll(List.of("--memory", create.memoryLimitBytes() + "b"));
        }
        arguments.addAll(List.of("--network", create.network()));
        environment.ifPresent(file -> arguments.addAll(List.of("--env-file", file.toString())));
        new TreeMap<>(create.labels()).forEach((key, value) -> arguments.addAll(List.of("--label", key + "=" + value)));
        arguments.add(create.image());
        arguments.addAll(create.command());
        return arguments;
    }

    /**
     * With the usual period of 100 ms a throttled container stands still for most of it, which is as long as a migration
     * should take; a tenth of that spreads the same share evenly. The kernel takes no quota below 1 ms.
     */
    private static List<String> cpuLimit(long millicores) {
        if (millicores == 0) {
            return List.of();
        }
        long quotaUs = millicores * SHORT_PERIOD_US / 1_000;
        if (quotaUs >= 1_000) {
            return List.of("--cpu-period", Long.toString(SHORT_PERIOD_US), "--cpu-quota", Long.toString(quotaUs));
        }
        return List.of("--cpu-period", "100000", "--cpu-quota", Long.toString(Math.max(1_000, millicores * 100)));
    }

    /** A container that was made but did not start would keep the name. */
    private void removeWhatWasMade(Path idFile) throws IOException {
        if (Files.exists(idFile)) {
            String id = Files.readString(idFile).strip();
            if (!id.isEmpty()) {
                remove(id);
            }
        }
    }

    private static void deleteQuietly(Path directory) {
        try {
            if (directory != null) {
                Trees.delete(directory);
            }
        } catch (IOException e) {
            LOG.warn("{} stays behind: {}", directory, e.getMessage());
        }
    }

    @Override
    public void remove(String idOrName) {
        Ids.require("container", idOrName);
        podman.run(Podman.USUAL_TIMEOUT, List.of("rm", "--force", "--ignore", "--time", "0", idOrName));
    }

    @Override
    public void removeStopped(String idOrName) {
        Ids.require("container", idOrName);
        // without --force, so that podman refuses one that runs, also when it has been started just now
        List<String> arguments = List.of("rm", idOrName);
        try {
            ProcessRunner.Result result = podman.attempt(Podman.USUAL_TIMEOUT, arguments);
            if (result.succeeded()) {
                return;
            }
            Optional<ContainerFacts> facts = inspect(idOrName);
            if (facts.filter(ContainerFacts::running).isPresent()) {
                throw new ProblemException(Problem.conflict(
                        "still-running", "container " + facts.get().name() + " runs on this host: it is not removed."));
            }
            if (facts.isPresent()) {
                throw Podman.failed("podman-failed", arguments, result);
            }
        } catch (InterruptedException e) {
            throw Podman.interrupted(e);
        }
    }

    @Override
    public void followStats(Duration interval, Consumer<UseReading> readings) throws InterruptedException {
        long seconds = Math.max(1, Math.round(interval.toMillis() / 1_000.0));
        List<String> arguments = List.of("stats", "--interval", Long.toString(seconds), "--format", STATS_FORMAT);
        ProcessRunner.Command command = podman.command(Duration.ofDays(36_500), arguments);
        // where no container runs podman prints nothing, and so does not notice that its reader was killed
        podman.processes().awaitStrays(STATS_FORMAT, Duration.ZERO);
        try {
            int status =
                    podman.processes().follow(command, line -> reading(line).ifPresent(readings));
            LOG.info("podman stats ended with status {}", status);
        } catch (IOException e) {
            LOG.warn("podman stats cannot be followed: {}", e.getMessage());
        }
    }

    /** Lines that are no JSON object (screen control, warnings) are passed over. */
    static Optional<UseReading> reading(String line) {
        int begin = line.indexOf('{');
        if (begin < 0) {
            return Optional.empty();
        }
        try {
            JsonNode reading = Json.mapper().readTree(line.substring(begin));
            String id = reading.path("ContainerID").asString("");
            if (id.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new UseReading(
                    id,
                    reading.path("Name").asString(id),
                    reading.path("CPUNano").asLong(0),
                    reading.path("SystemNano").asLong(0),
                    Math.max(0, reading.path("MemUsage").asLong(0))));
        } catch (JacksonException e) {
            LOG.debug("not a reading: {}", line);
            return Optional.empty();
        }
    }

    private static List<ContainerFacts> parse(String json) {
        List<ContainerFacts> all = new ArrayList<>();
        Podman.json(json).forEach(container -> all.add(PodmanInspect.facts(container)));
        return all;
    }
}
