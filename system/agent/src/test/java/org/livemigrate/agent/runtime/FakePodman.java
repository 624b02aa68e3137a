package org.livemigrate.agent.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Podman's command line as far as the agent uses it, in memory: it checks arguments, keeps containers in the states that
 * podman 5.4 was seen to put them in, and writes archives.
 */
public final class FakePodman implements ProcessRunner {

    /** Commands in the order in which they came, without "podman". */
    public final List<List<String>> commands = new ArrayList<>();

    /** Arguments whose strays were waited for. */
    public final List<String> strays = new ArrayList<>();

    /** What each stats line of the next {@link #follow} is. */
    public final List<String> statsLines = new ArrayList<>();

    /** Asked before each command; an answer takes the place of what podman would do. */
    public Function<List<String>, Result> override = command -> null;

    /** Containers that were made with --rm: a checkpoint is the end of them. */
    public final Set<String> removedWhenStopped = new HashSet<>();

    private final Map<String, String> states = new TreeMap<>();

    public FakePodman with(String id, String state) {
        states.put(id, state);
        return this;
    }

    public String state(String id) {
        return states.get(id);
    }

    public static Result ok(String stdout) {
        return new Result(
                0, stdout, "time=… level=warning msg=\"all is well, and podman warns\"", false, Duration.ZERO);
    }

    public static Result failed(int status, String stderr) {
        return new Result(status, "", stderr, false, Duration.ZERO);
    }

    @Override
    public Result run(Command command) throws IOException {
        List<String> all = command.arguments();
        if (!all.get(0).equals("podman")) {
            throw new IOException("no such program: " + all.get(0));
        }
        List<String> arguments = all.subList(1, all.size());
        commands.add(arguments);
        Result instead = override.apply(arguments);
        return instead != null ? instead : podman(arguments);
    }

    private Result podman(List<String> arguments) {
        String last = arguments.get(arguments.size() - 1);
        String verb = arguments.get(0).equals("container") ? arguments.get(1) : arguments.get(0);
        return switch (verb) {
            case "inspect" ->
                states.keySet().containsAll(arguments.subList(2, arguments.size()))
                        ? ok("["
                                + String.join(
                                        ",",
                                        arguments.subList(2, arguments.size()).stream()
                                                .map(this::json)
                                                .toList())
                                + "]")
                        : failed(125, "Error: no such container");
            case "exists" -> failed(states.containsKey(last) ? 0 : 1, "");
            case "network" ->
                ok("[{\"name\":\"podman\",\"subnets\":[{\"subnet\":\"10.88.0.0/16\"}]},{\"name\":\"backend\"}]");
            case "image" -> failed(last.contains("missing") ? 1 : 0, "");
            case "ps" -> ok(String.join("\n", states.keySet()) + "\n");
            case "checkpoint" -> checkpoint(arguments, last);
            case "restore" -> restore(arguments, last);
            case "run" -> start(arguments);
            case "rm" -> {
                if (!states.containsKey(last) && !arguments.contains("--ignore")) {
                    yield failed(1, "Error: no container with ID or name found: no such container");
                }
                boolean refused = "running".equals(states.get(last)) && !arguments.contains("--force");
                if (!refused) {
                    states.remove(last);
                }
                yield refused ? failed(2, "Error: cannot remove container as it is running") : ok(last);
            }
            default -> throw new AssertionError("podman " + arguments);
        };
    }

    private Result checkpoint(List<String> arguments, String id) {
        write(Path.of(after(arguments, "--export")), "archive of " + id);
        if (!arguments.contains("--pre-checkpoint")) {
            states.put(id, removedWhenStopped.contains(id) ? "gone" : "checkpointed");
        }
        return ok(id);
    }

    private Result restore(List<String> arguments, String id) {
        String restored = arguments.contains("--import")
                ? read(Path.of(after(arguments, "--import"))).replace("archive of ", "")
                : id;
        states.put(restored, "running");
        return ok(restored);
    }

    private Result start(List<String> arguments) {
        String id = "id-of-" + after(arguments, "--name");
        write(Path.of(after(arguments, "--cidfile")), id);
        states.put(id, "running");
        return ok(id);
    }

    /** What {@code podman container inspect} tells of the container. */
    String inspection(String id) {
        return "[" + json(id) + "]";
    }

    private String json(String id) {
        String state = states.get(id);
        boolean running = state.equals("running");
        return """
                {"Id":"%s","Name":"name-of-%s","ImageName":"localhost/stress:latest","Image":"af29","Path":"ticker",
                 "Args":["--","stress"],"Mounts":[],
                 "State":{"Status":"%s","Running":%s,"Pid":%d,"StartedAt":"2026-11-23T20:34:15.601778368Z"%s},
                 "HostConfig":{"NanoCpus":300000000,"Memory":1048576,"NetworkMode":"bridge"},
                 "NetworkSettings":{"Networks":{"backend":{"IPAddress":"10.89.0.2"},"admin":{"IPAddress":"","GlobalIPv6Address":"fd00::2"},"none":{}},"Ports":{"80/tcp":[{"HostIp":"","HostPort":"8080"}],"81/tcp":null}},
                 "Config":{"Labels":{"app":"x"}}}
                """.formatted(
                        id,
                        id,
                        running ? "running" : "exited",
                        running,
                        running ? 42 : 0,
                        state.equals("checkpointed") ? ",\"Checkpointed\":true" : "");
    }

    @Override
    public int follow(Command command, Consumer<String> lines) {
        commands.add(command.arguments().subList(1, command.arguments().size()));
        statsLines.forEach(lines);
        return 0;
    }

    @Override
    public boolean awaitStrays(String argument, Duration atMost) {
        strays.add(argument);
        return true;
    }

    public static String after(List<String> arguments, String option) {
        return arguments.get(arguments.indexOf(option) + 1);
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
