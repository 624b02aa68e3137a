package org.livemigrate.agent.checkpoint.live;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.livemigrate.protocol.json.Ids;

/**
 * A small final dump is written on this host's own disk and travels as one file: CRIU makes some 25 of them, and each costs
 * several round trips to a network store on both hosts while the container stands still. A large one goes straight into the
 * store; to write it twice would cost more.
 */
final class PackedDump {

    /** About a third of a second at the 100 MB/s of a slow store, if the guess is right to the last byte. */
    static final long MOST_BYTES = 32L << 20;

    private static final int BUFFER_BYTES = 1 << 18;
    private static final int NAME_BYTES = 128;

    /** CRIU's name for the way to a dump's parent, inside of the dump (criu(8), --prev-images-dir). */
    static final String PARENT = "parent";

    private PackedDump() {}

    /**
     * Whether what a freeze would dump now is expected to be small: the memory, and the files that the container has
     * written.
     *
     * @param memoryBytes that would be dumped
     */
    static boolean pays(long memoryBytes, WritableLayer.Place place) throws IOException {
        long left = less(MOST_BYTES - memoryBytes, place.upper());
        if (place.shm().isPresent()) {
            left = less(left, place.shm().get());
        }
        return left >= 0;
    }

    /** What is left of the bytes when the files below have had theirs; negative as soon as they are too many. */
    private static long less(long bytes, Path below) throws IOException {
        long[] left = {bytes};
        Files.walkFileTree(below, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                left[0] -= attributes.size();
                return left[0] < 0 ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                // the container runs, and its files come and go
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return left[0];
    }

    /** Writes the files of a directory into one, as they are, and what its parent is called. */
    static void pack(Path directory, Path file) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        try (ZipOutputStream zip =
                new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES))) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            Path parent = directory.resolve(PARENT);
            if (Files.isSymbolicLink(parent)) {
                zip.putNextEntry(new ZipEntry(PARENT));
                zip.write(
                        Files.readSymbolicLink(parent).getFileName().toString().getBytes(StandardCharsets.UTF_8));
            }
            for (Path each : files) {
                zip.putNextEntry(new ZipEntry(each.getFileName().toString()));
                Files.copy(each, zip);
            }
        }
    }

    /**
     * Brings them into an empty directory.
     *
     * @return what the parent is called, a directory beside the file; empty when there is none
     * @throws IOException also when one is not what was packed
     */
    static Optional<String> unpack(Path file, Path directory) throws IOException {
        Optional<String> parent = Optional.empty();
        // from its beginning to its end, with few questions to the store; this stream compares checksums
        try (ZipInputStream zip =
                new ZipInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                // one part, so that no name leads out of the directory
                String name = Ids.require("image file", entry.getName());
                if (name.equals(PARENT)) {
                    parent = Optional.of(
                            Ids.require("parent", new String(zip.readNBytes(NAME_BYTES), StandardCharsets.UTF_8)));
                } else {
                    Files.copy(zip, directory.resolve(name));
                }
            }
        }
        return parent;
    }
}
