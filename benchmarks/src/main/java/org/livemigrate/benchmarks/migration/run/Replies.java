package org.livemigrate.benchmarks.migration.run;

import java.io.IOException;

/**
 * The latest line of a client that checks a server's replies.
 *
 * @param checked replies so far
 * @param wrong 1 once one was wrong or the connection broke, after which the client ends
 */
record Replies(long checked, long wrong) {

    /** @throws IOException when there is no whole line of {@code CHECKED WRONG REALTIME_NS} */
    static Replies of(String log) throws IOException {
        String[] lines = log.substring(0, log.lastIndexOf('\n') + 1).split("\n", -1);
        String[] fields = lines.length < 2 ? new String[0] : lines[lines.length - 2].split(" ", -1);
        try {
            return new Replies(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("the client has not told how many replies it has checked", e);
        }
    }
}
