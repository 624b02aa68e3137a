package org.livemigrate.agent.checkpoint.live;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.livemigrate.agent.store.Trees;
import org.livemigrate.protocol.json.Ids;

/**
 * A small final dump is written on this host's own disk and its small files travel as one: CRIU makes some 25 of them, and
 * each costs several round trips to a network store on both hosts while the container stands still. A large dump goes
 * straight into the store; to write it twice would cost more.
 */
final class PackedDump {

    /**
     * Memory and files of a dump that is expected to be small. About a third of a second at the 100 MB/s of a slow store, if
     * the guess is right to the last byte.
     */
    static final long MOST_BYTES = 32L << 20;

    private static final int BUFFER_BYTES = 1 << 18;

    /** A larger file is worth the round trips. */
    private static final long SMALL_BYTES = 1 << 18;

    /** In the packed file: what a name leads to, by its place among the migration's images. CRIU has no such file. */
    private static final String LINKS = "links";

    private PackedDump() {}

    /**
     * Brings a dump into the store: small files in one, each large one by itself, and by name what they hang on.
     *
     * @param directory of this host with the dump
     * @return the names of the files written, relative to the migration's directory
     */
    static List<String> pack(Path directory, LiveImages images) throws IOException {
        List<Path> files = Trees.list(directory);
        List<String> written = new ArrayList<>(List.of(images.name(images.packed())));
        StringBuilder links = new StringBuilder();
        try (ZipOutputStream zip =
                new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(images.packed()), BUFFER_BYTES))) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (Files.isSymbolicLink(file)) {
                    links.append(line(
                            name, Files.readSymbolicLink(file).getFileName().toString()));
                } else if (Files.size(file) > SMALL_BYTES) {
                    Path large = LiveImages.make(images.last()).resolve(name);
                    copy(file, large);
                    written.add(images.name(large));
                    links.append(line(name, images.name(large)));
                } else {
                    zip.putNextEntry(new ZipEntry(name));
                    Files.copy(file, zip);
                }
            }
            zip.putNextEntry(new ZipEntry(LINKS));
            zip.write(links.toString().getBytes(StandardCharsets.UTF_8));
        }
        return written;
    }

    private static String line(String name, String to) {
        return name + " " + to + "\n";
    }

    /** By the kernel: through this process it would take longer than over the network. */
    private static void copy(Path from, Path to) throws IOException {
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel target = FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            long size = source.size();
            long done = 0;
            while (done < size) {
                done += source.transferTo(done, size - done, target);
            }
        }
    }

    /**
     * Brings the dump to a host whose CRIU is to restore from it; what is large stays in the store, and links lead there.
     *
     * @param directory that is empty
     * @throws IOException also when a file is not what was packed
     */
    static void unpack(LiveImages images, Path directory) throws IOException {
        // from its beginning to its end, with few questions to the store; this stream compares checksums
        try (ZipInputStream zip =
                new ZipInputStream(new BufferedInputStream(Files.newInputStream(images.packed()), BUFFER_BYTES))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                // one part, so that no name leads out of the directory
                String name = Ids.require("image file", entry.getName());
                if (name.equals(LINKS)) {
                    for (String line : new String(zip.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList()) {
                        link(line.split(" "), images, directory);
                    }
                } else {
                    Files.copy(zip, directory.resolve(name));
                }
            }
        }
    }

    private static void link(String[] words, LiveImages images, Path directory) throws IOException {
        if (words.length != 2) {
            throw new IOException(
                    images.packed() + " holds " + words.length + " words where a name and a place should be");
        }
        Path to = images.root();
        for (String part : words[1].split("/", -1)) {
            to = to.resolve(Ids.require("place in the images", part));
        }
        // not absolute: CRIU follows it when its root is the container's already, from a directory that it holds open
        Files.createSymbolicLink(directory.resolve(Ids.require("image file", words[0])), LiveImages.way(directory, to));
    }
}
