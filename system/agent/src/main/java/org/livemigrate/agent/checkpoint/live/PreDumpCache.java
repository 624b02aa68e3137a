package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.livemigrate.agent.checkpoint.CriuFigures;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.migration.Measures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads pre-dumps through while the container still runs at the source, so that this host's own cache has them when it
 * restores: CRIU reads the pages that the final dump leaves to its parents before the container runs, from a store that
 * this host has not read before (the report's "another layer of caching", future work).
 *
 * <p>They are read twice. Images and the process that CRIU makes of them may not fit into memory together; the kernel
 * then drops what was asked for once before what was asked for again. After one reading that would be what CRIU has not
 * come to yet, as its own reading is the second of the rest.
 */
final class PreDumpCache {

    private static final Logger LOG = LoggerFactory.getLogger(PreDumpCache.class);

    private static final int BUFFER_BYTES = 1 << 20;

    private static final int READINGS = 2;

    private PreDumpCache() {}

    /** Reads what is worth it; a store that cannot be read now is RESTORE's to find out. */
    static void warm(LiveImages images) throws InterruptedException {
        try {
            if (!isWorthReading(images)) {
                return;
            }
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            List<Path> files = images.settledFiles().stream()
                    .filter(LiveImages::holdsPages)
                    .map(images.root()::resolve)
                    .toList();
            for (int reading = 0; reading < READINGS; reading++) {
                for (Path file : files) {
                    read(file, buffer);
                }
            }
        } catch (ClosedByInterruptException e) {
            throw new InterruptedException("interrupted while reading " + images.root());
        } catch (IOException e) {
            LOG.info("the pre-dumps in {} were not read ahead: {}", images.root(), Failures.why(e));
        }
    }

    /**
     * Not where the last round wrote more than it left to the rounds before: the final dump will write most of that anew.
     * A first round says nothing of that.
     */
    private static boolean isWorthReading(LiveImages images) {
        int rounds = images.rounds();
        if (rounds < 2) {
            return rounds == 1;
        }
        Measures.CriuDump last = CriuFigures.dumpIn(images.preDump(rounds));
        return last != null && last.pagesSkippedParent() > last.pagesWritten();
    }

    private static void read(Path file, ByteBuffer buffer) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer) >= 0) {
                buffer.clear();
            }
        }
    }
}
