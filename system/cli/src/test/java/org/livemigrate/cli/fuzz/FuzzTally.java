package org.livemigrate.cli.fuzz;

import java.util.Map;
import java.util.TreeMap;
import org.livemigrate.cli.prove.Proof;

/** What the fuzz tests have sent and how it was answered; together they are one part of the proof. */
final class FuzzTally {

    private static final Map<String, Long> COUNTS = new TreeMap<>();
    private static long failures;

    private FuzzTally() {}

    static synchronized void add(String what, long more) {
        COUNTS.merge(what, more, Long::sum);
    }

    /** @param more failures beside those that were told before */
    static synchronized void write(long more) {
        failures += more;
        Proof proof = new Proof("fuzz");
        COUNTS.forEach(proof::put);
        proof.write(failures);
    }
}
