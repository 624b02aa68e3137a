package org.livemigrate.agent.runtime;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Starts programs, always by argument list and never through a shell. */
public interface ProcessRunner {

    /**
     * Runs a program to its end.
     *
     * @throws IOException when it cannot be started at all (not installed, not permitted)
     * @throws InterruptedException when the waiting thread is interrupted; the program is killed
     */
    Result run(Command command) throws IOException, InterruptedException;

    /**
     * Runs a program and hands over its output line by line until it ends.
     *
     * @return its exit status
     * @throws InterruptedException when the waiting thread is interrupted; the program is killed
     */
    int follow(Command command, Consumer<String> lines) throws IOException, InterruptedException;

    /**
     * Waits for programs of an earlier life of this agent that have this argument on their command line.
     *
     * @return whether all have ended in time; those that had not are killed
     */
    boolean awaitStrays(String argument, Duration atMost) throws InterruptedException;

    /**
     * @param arguments program first
     * @param environment added to this process's own
     * @param timeout after which it is killed, with all that it started
     */
    record Command(List<String> arguments, Map<String, String> environment, Duration timeout) {
        public Command {
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
        }

        public Command(List<String> arguments, Duration timeout) {
            this(arguments, Map.of(), timeout);
        }
    }

    /**
     * @param exitStatus of the program; meaningless when it timed out
     * @param stderr its last part; for people only, never for decisions
     */
    record Result(int exitStatus, String stdout, String stderr, boolean timedOut, Duration elapsed) {

        public boolean succeeded() {
            return !timedOut && exitStatus == 0;
        }
    }
}
