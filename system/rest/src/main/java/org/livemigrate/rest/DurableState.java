package org.livemigrate.rest;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a process must not forget: maps by name, sorted by key, whose values are numbers and texts. Changes count once
 * they are committed: a process that is killed before finds the maps as the last commit left them. Behind an interface so
 * that simulations can take the disk away.
 */
public interface DurableState extends AutoCloseable {

    /** The map of this name; made when there is none. */
    <V> Map<String, V> map(String name);

    /**
     * When this returns, what the maps hold is on disk. A file that has grown to twice its size since it was last
     * compacted is compacted, so that its size follows what the maps hold and not how often they changed.
     *
     * @throws org.livemigrate.protocol.json.ProblemException {@code state-failed} when the disk does not take it; the maps
     *     are as the disk has them then: as before, or with all of it
     */
    void commit();

    /** Gives unused space back; takes at most that long. */
    void compact(int atMostMs);

    @Override
    void close();

    /**
     * Opens or creates a file of mode 0600, and its directory.
     *
     * @throws org.livemigrate.protocol.json.ProblemException {@code state-failed} when it cannot be used, or another
     *     process uses it
     */
    static DurableState open(Path file) {
        return MvState.open(file);
    }

    /** Lasts as long as this object. */
    static DurableState inMemory() {
        return MvState.inMemory();
    }
}
