package org.livemigrate.experiments.command;

import org.livemigrate.protocol.json.Failures;
import picocli.CommandLine;

/** The exit statuses, and one clear message instead of a stack trace. */
public final class ExitStatus implements CommandLine.IExecutionExceptionHandler {
    static final int DONE = 0;
    static final int GOAL_NOT_MET = 1;
    static final int BAD_INPUT = 2;
    static final int PREREQUISITE_MISSING = 3;

    @Override
    public int handleExecutionException(Exception exception, CommandLine command, CommandLine.ParseResult parsed) {
        command.getErr().println("experiments: " + Failures.why(exception));
        command.getErr().flush();
        return exception instanceof IllegalArgumentException ? BAD_INPUT : GOAL_NOT_MET;
    }
}
