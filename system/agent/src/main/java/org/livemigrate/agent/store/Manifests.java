package org.livemigrate.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.migration.ImageManifest;
import org.livemigrate.protocol.migration.ImageManifest.ImageFile;
import tools.jackson.core.JacksonException;

/** Sizes and checksums of a migration's images, so that a target finds a damaged one before it claims anything. */
public final class Manifests {

    /** Written last, so that its presence says that the images are complete. */
    public static final String FILE = "manifest.json";

    /** Everything but memory pages and writable layers is smaller. */
    public static final long SMALL_BYTES = 1 << 20;

    private static final int BUFFER_BYTES = 1 << 16;

    private Manifests() {}

    /**
     * Describes these files of a directory.
     *
     * @param summedUpTo files of more bytes than this get no checksum
     */
    public static ImageManifest describe(Path directory, List<String> names, long summedUpTo) throws IOException {
        List<ImageFile> files = new ArrayList<>();
        ByteBuffer buffer = buffer();
        for (String name : names) {
            try (FileChannel channel = FileChannel.open(directory.resolve(name), StandardOpenOption.READ)) {
                long bytes = channel.size();
                files.add(new ImageFile(name, bytes, bytes <= summedUpTo ? crc32c(channel, buffer) : null));
            }
        }
        return new ImageManifest(files);
    }

    /**
     * What the files are not.
     *
     * @param what for people
     * @param mayStillCome on a client of NFS, which may see names and sizes a few seconds late
     */
    public record Difference(String what, boolean mayStillCome) {}

    /**
     * Compares the files with what the source wrote.
     *
     * @return the first that is wrong; empty when all are as they should be
     */
    public static Optional<Difference> differences(Path directory, ImageManifest manifest) throws IOException {
        ByteBuffer buffer = buffer();
        for (ImageFile file : manifest.files()) {
            // opening makes a client of NFS ask the server for the true size; asking for the size alone need not
            try (FileChannel channel = FileChannel.open(directory.resolve(file.name()), StandardOpenOption.READ)) {
                long bytes = channel.size();
                if (bytes != file.bytes()) {
                    return Optional.of(new Difference(
                            file.name() + " has " + bytes + " bytes, and the source wrote " + file.bytes(), true));
                }
                if (file.crc32c() != null && crc32c(channel, buffer) != file.crc32c()) {
                    return Optional.of(new Difference(
                            file.name() + " has its " + bytes + " bytes, but not those that the source wrote"
                                    + " (checksums differ)",
                            false));
                }
            } catch (NoSuchFileException e) {
                return Optional.of(new Difference(file.name() + " is missing", true));
            }
        }
        return Optional.empty();
    }

    /**
     * Compares the images with their own manifest.
     *
     * @return why nothing can be restored from them, for people; empty when they are whole
     */
    public static Optional<String> damage(Path directory) throws IOException {
        Optional<ImageManifest> manifest = read(directory);
        return manifest.isEmpty()
                ? Optional.of("its checkpoint was not completed")
                : differences(directory, manifest.get()).map(Difference::what);
    }

    /** Writes the manifest file itself. */
    public static void write(CheckpointStore store, Path directory, ImageManifest manifest) throws IOException {
        Path temporary = directory.resolve(FILE + ".part");
        Files.write(temporary, Json.mapper().writeValueAsBytes(manifest));
        store.sync(temporary);
        Files.move(temporary, directory.resolve(FILE), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        store.sync(directory);
    }

    /** Reads the manifest file; empty while there is no whole one. */
    public static Optional<ImageManifest> read(Path directory) throws IOException {
        try {
            return Optional.ofNullable(
                    Json.mapper().readValue(Files.readAllBytes(directory.resolve(FILE)), ImageManifest.class));
        } catch (NoSuchFileException | JacksonException e) {
            return Optional.empty();
        }
    }

    /** One for all files: the container stands still meanwhile, and to make a large one takes a millisecond each time. */
    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(BUFFER_BYTES);
    }

    private static long crc32c(FileChannel channel, ByteBuffer buffer) throws IOException {
        CRC32C sum = new CRC32C();
        while (channel.read(buffer) >= 0) {
            buffer.flip();
            sum.update(buffer);
            buffer.clear();
        }
        return sum.getValue();
    }
}
