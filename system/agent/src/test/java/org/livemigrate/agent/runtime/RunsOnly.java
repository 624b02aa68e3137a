package org.livemigrate.agent.runtime;

import java.time.Duration;
import java.util.function.Consumer;

/** Of a test in which programs are run to their end and nothing else. */
@FunctionalInterface
public interface RunsOnly extends ProcessRunner {

    @Override
    default int follow(Command command, Consumer<String> lines) {
        throw new AssertionError(command);
    }

    @Override
    default boolean awaitStrays(String argument, Duration atMost) {
        throw new AssertionError(argument);
    }
}
