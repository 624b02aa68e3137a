package org.livemigrate.benchmarks.migration.run;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.livemigrate.benchmarks.migration.row.Row;

/** Who asks a server while it is moved, and checks every reply. */
sealed interface ServerClient extends AutoCloseable permits ClientInside, ClientElsewhere {

    /** What hangs ends with this; TCP tries again less and less often, the longer a server is away. */
    Duration REPLIES_WITHIN = Duration.ofMinutes(5);

    /** The migration is ordered next. */
    void begins() throws IOException, InterruptedException;

    /**
     * The migration has ended: waits for a reply after that, or for a wrong one.
     *
     * @param home where the container is now
     */
    Row.Replies ended(Observed home) throws IOException, InterruptedException;

    /** What was wrong, as far as it tells. */
    Optional<String> fault();

    @Override
    void close() throws InterruptedException;
}
