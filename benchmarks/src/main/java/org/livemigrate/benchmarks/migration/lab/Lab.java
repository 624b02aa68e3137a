package org.livemigrate.benchmarks.migration.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.livemigrate.benchmarks.migration.run.NotReadyException;

/** A lab that is brought up for one sweep, with a controller and agents. Closing it leaves nothing but the logs. */
public sealed interface Lab extends AutoCloseable permits NativeLab, VmLab {

    /**
     * The lab of a kind.
     *
     * @param kind {@code native} or {@code vm}
     * @param home root of the checkout
     * @throws IllegalArgumentException when there is no such kind
     */
    static Lab of(String kind, Path home) throws IOException {
        return switch (kind) {
            case "native" -> new NativeLab(home);
            case "vm" -> new VmLab(home);
            default -> throw new IllegalArgumentException("--lab " + kind + ": write native or vm.");
        };
    }

    /**
     * Sets everything up; the lab says on standard error what it does.
     *
     * @return the inventory's file
     * @throws NotReadyException when a lab is up already, or this one cannot be set up
     */
    Path up(int nodes) throws IOException, InterruptedException;

    /** Arguments that run what follows them within the lab's network, on this machine. */
    List<String> hub();

    /** Where the logs of what the lab runs are. */
    Path logs();

    @Override
    void close();
}
