package org.livemigrate.agent.runtime;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Podman's command line. The exit status alone decides whether a command worked: podman warns on stderr also when all is
 * well. What it printed there is carried along for people.
 */
public final class Podman {

    /** For everything but dumping and restoring. Podman waits for its own locks while it dumps. */
    public static final Duration USUAL_TIMEOUT = Duration.ofSeconds(60);

    private static final Map<String, String> QUIET = Map.of("PODMAN_IGNORE_CGROUPSV1_WARNING", "1");

    private final ProcessRunner processes;
    private final List<String> command;
    private final Map<String, String> environment;

    /** @param command how podman is called: usually {@code podman}, with global options where a host needs them */
    public Podman(ProcessRunner processes, List<String> command) {
        this(processes, command, QUIET);
    }

    private Podman(ProcessRunner processes, List<String> command, Map<String, String> environment) {
        this.processes = processes;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
    }

    /** The same podman, with one more variable in its environment. */
    public Podman with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new Podman(processes, command, more);
    }

    public ProcessRunner processes() {
        return processes;
    }

    ProcessRunner.Command command(Duration timeout, List<String> arguments) {
        List<String> all = new ArrayList<>(command);
        all.addAll(arguments);
        return new ProcessRunner.Command(all, environment, timeout);
    }

    /**
     * Runs podman and gives back how it ended, whichever way.
     *
     * @throws ProblemException of type {@code podman-missing} when there is no podman
     */
    public ProcessRunner.Result attempt(Duration timeout, List<String> arguments) throws InterruptedException {
        ProcessRunner.Command full = command(timeout, arguments);
        try {
            return processes.run(full);
        } catch (IOException e) {
            throw new ProblemException(
                    new Problem(
                            "podman-missing",
                            "Podman cannot be started",
                            503,
                            "cannot start " + full.arguments().get(0) + " (" + e.getMessage()
                                    + "): install podman 4.2 or newer."),
                    e);
        }
    }

    /**
     * Runs podman and gives back what it printed.
     *
     * @throws ProblemException of type {@code podman-failed}, with podman's own words, when it exits with another status
     *     than 0 or takes too long
     */
    public String run(Duration timeout, List<String> arguments) {
        try {
            ProcessRunner.Result result = attempt(timeout, arguments);
            if (!result.succeeded()) {
                throw failed("podman-failed", arguments, result);
            }
            return result.stdout();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Reads what podman has printed, or written for a runtime.
     *
     * @throws ProblemException when it is no JSON
     */
    public static JsonNode json(String text) {
        try {
            return Json.mapper().readTree(text);
        } catch (JacksonException e) {
            throw new ProblemException(
                    Problem.internal("podman wrote something that is no JSON: " + e.getOriginalMessage()), e);
        }
    }

    /** The problem of a podman that did not succeed. */
    public static ProblemException failed(String type, List<String> arguments, ProcessRunner.Result result) {
        return new ProblemException(new Problem(type, "Podman reported a failure", 500, describe(arguments, result)));
    }

    /** For people: which command, how it ended, what it said. */
    public static String describe(List<String> arguments, ProcessRunner.Result result) {
        String how = result.timedOut()
                ? "took longer than " + result.elapsed().toSeconds() + " s and was killed"
                : "exited with status " + result.exitStatus();
        String said = result.stderr().strip().replaceAll("\\s*\\n\\s*", "; ");
        return "podman " + String.join(" ", arguments) + " " + how + (said.isEmpty() ? "" : ": " + said);
    }

    static ProblemException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ProblemException(Problem.unavailable("The agent is stopping."), e);
    }
}
