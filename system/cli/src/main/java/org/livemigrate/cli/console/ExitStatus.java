package org.livemigrate.cli.console;

import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.rest.UnreachableException;
import org.livemigrate.scheduler.model.InvalidClusterException;
import picocli.CommandLine;

/** The exit statuses of every command, and what they are given for. */
public final class ExitStatus implements CommandLine.IExecutionExceptionHandler {

    public static final int DONE = 0;
    public static final int GOAL_NOT_MET = 1;
    public static final int BAD_INPUT = 2;
    public static final int PREREQUISITE_MISSING = 3;

    /** One clear message on standard error, never a stack trace; {@code LIVE_MIGRATE_DEBUG=1} asks for that. */
    @Override
    public int handleExecutionException(Exception exception, CommandLine command, CommandLine.ParseResult parsed) {
        command.getErr().println("live-migrate: " + message(exception));
        if ("1".equals(System.getenv("LIVE_MIGRATE_DEBUG"))) {
            exception.printStackTrace(command.getErr());
        }
        command.getErr().flush();
        return of(exception);
    }

    private static String message(Exception exception) {
        return Failures.why(exception);
    }

    private static int of(Exception exception) {
        if (exception instanceof InputException || exception instanceof InvalidClusterException) {
            return BAD_INPUT;
        }
        if (exception instanceof PrerequisiteException || exception instanceof UnreachableException) {
            return PREREQUISITE_MISSING;
        }
        if (exception instanceof ProblemException refused) {
            int status = refused.problem().status();
            // no answer at all and a wrong token are the caller's surroundings, a 4xx is the caller's input; but a
            // conflict is neither: the same call is good at another time, or of another host
            if (status == 401 || status == 503) {
                return PREREQUISITE_MISSING;
            }
            return status < 500 && status != 409 ? BAD_INPUT : GOAL_NOT_MET;
        }
        return GOAL_NOT_MET;
    }
}
