package org.livemigrate.benchmarks.migration.command;

import org.livemigrate.benchmarks.migration.run.NotReadyException;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.rest.UnreachableException;
import picocli.CommandLine;

/** The exit statuses, and one clear message instead of a stack trace. */
public final class ExitStatus implements CommandLine.IExecutionExceptionHandler {
    static final int DONE = 0;
    static final int GOAL_NOT_MET = 1;
    static final int BAD_INPUT = 2;
    static final int PREREQUISITE_MISSING = 3;

    @Override
    public int handleExecutionException(Exception exception, CommandLine command, CommandLine.ParseResult parsed) {
        command.getErr().println("migration-bench: " + Failures.why(exception));
        command.getErr().flush();
        if (exception instanceof IllegalArgumentException) {
            return BAD_INPUT;
        }
        return exception instanceof NotReadyException
                        || exception instanceof UnreachableException
                        || exception instanceof ProblemException
                ? PREREQUISITE_MISSING
                : GOAL_NOT_MET;
    }
}
