package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * What CRIU wrote of its own failure. runc says only where the log is, and that is removed with the images; the problem
 * stays.
 */
final class CriuLog {

    static final String OF_DUMP = "dump.log";
    static final String OF_RESTORE = "restore.log";
    static final String OF_SERVER = "lazy-pages.log";

    /** The last ones: CRIU goes on after some errors, and the cause stands just above "FAILED". */
    private static final int MOST = 4;

    private static final int LONGEST = 300;

    /** Times are there only where more than warnings are logged. */
    private static final Pattern ERROR = Pattern.compile("(?:\\([0-9.]+\\)\\s+)?(?:\\d+: )?Error \\([^)]*\\): (.+)");

    private CriuLog() {}

    /** The same problem, with CRIU's errors at the end of its detail; unchanged when the log has none. */
    static ProblemException explained(ProblemException failure, Path log) {
        Deque<String> errors = new ArrayDeque<>();
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            lines.map(ERROR::matcher).filter(Matcher::matches).forEach(error -> {
                String text = error.group(1).strip();
                errors.addLast(text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
                if (errors.size() > MOST) {
                    errors.removeFirst();
                }
            });
        } catch (IOException | UncheckedIOException e) {
            return failure; // it ended before it had a log; the failure itself is worth more than this
        }
        if (errors.isEmpty()) {
            return failure;
        }
        Problem problem = failure.problem();
        return new ProblemException(
                new Problem(
                        problem.type(),
                        problem.title(),
                        problem.status(),
                        problem.detail() + "; CRIU's own errors: " + String.join("; ", errors)),
                failure);
    }
}
