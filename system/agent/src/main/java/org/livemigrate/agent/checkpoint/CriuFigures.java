package org.livemigrate.agent.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.livemigrate.agent.store.Trees;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.migration.Measures.CriuDump;
import org.livemigrate.protocol.migration.Measures.CriuRestore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statistics images that CRIU leaves in podman's folder of a container. They only inform: whatever goes wrong here
 * is logged and the migration goes on without them.
 */
public final class CriuFigures {

    private static final Logger LOG = LoggerFactory.getLogger(CriuFigures.class);

    /** Podman's folders with images that {@code restore --keep} leaves behind (libpod/container_internal_common.go). */
    private static final List<String> IMAGES = List.of("checkpoint", "pre-checkpoint");

    private final Optional<Path> containers;

    /**
     * @param containers podman's folder of containers, for example {@code
     *     /var/lib/containers/storage/overlay-containers}; empty where it is not known, and then nothing is read
     */
    public CriuFigures(Optional<Path> containers) {
        this.containers = containers;
    }

    /** What makes podman leave the images of a dump or restore where they are read here. */
    List<String> keep() {
        return containers.isPresent() ? List.of("--keep") : List.of();
    }

    /** Of the container's latest dump or pre-dump; null when there is none. */
    CriuDump dump(String container) {
        return read(container, CriuStats.DUMP_FILE, CriuStats::dump);
    }

    /** Of the container's latest restore; null when there is none. */
    CriuRestore restore(String container) {
        return read(container, CriuStats.RESTORE_FILE, CriuStats::restore);
    }

    /** They hold the container's memory; without {@code --keep} podman removes them itself after a restore. */
    void removeImages(String container) {
        for (String name : IMAGES) {
            folder(container).map(folder -> folder.resolve(name)).ifPresent(CriuFigures::remove);
        }
    }

    private static void remove(Path images) {
        try {
            Trees.delete(images);
        } catch (IOException e) {
            LOG.warn("{} stays behind until the container is removed: {}", images, Failures.why(e));
        }
    }

    /** Of the dump or pre-dump with this work directory; null when there is none. */
    public static CriuDump dumpIn(Path workDirectory) {
        return read(workDirectory.resolve(CriuStats.DUMP_FILE), CriuStats::dump);
    }

    /** Of the restore with this work directory; null when there is none. */
    public static CriuRestore restoreIn(Path workDirectory) {
        return read(workDirectory.resolve(CriuStats.RESTORE_FILE), CriuStats::restore);
    }

    private <T> T read(String container, String file, Reader<T> reader) {
        return folder(container)
                .map(folder -> read(folder.resolve(file), reader))
                .orElse(null);
    }

    private static <T> T read(Path path, Reader<T> reader) {
        if (!Files.isRegularFile(path)) {
            return null;
        }
        try {
            return reader.read(path);
        } catch (IOException e) {
            LOG.warn("CRIU's statistics are left out: {}", e.getMessage());
            return null;
        }
    }

    private Optional<Path> folder(String container) {
        return containers.map(all -> all.resolve(container).resolve("userdata"));
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(Path file) throws IOException;
    }
}
