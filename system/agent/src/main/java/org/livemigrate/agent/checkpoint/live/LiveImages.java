package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.livemigrate.agent.checkpoint.files.FileCarrier;
import org.livemigrate.agent.store.Trees;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * A migration's images: podman's description of the container, one directory a pre-dump, and the final dump, each naming
 * the one before as its parent (criu(8), incremental dumps). The final dump is a directory too, or one file that holds what
 * would be in it, but for what is large.
 *
 * @param root the migration's directory in the store
 */
record LiveImages(Path root) {

    private static final String FINAL = "final";
    private static final String PACKED = "final.zip";

    /** CRIU's link to the dump before. */
    private static final String PARENT = "parent";

    private static final Pattern PAGES = Pattern.compile(".*/pages-[0-9]+\\.img");

    /** Podman's export without memory and files: what the container is. */
    Path description() {
        return root.resolve("description.tar");
    }

    /** What the source expects of its final dump ({@link Forecast}). */
    Path forecast() {
        return root.resolve("forecast.json");
    }

    Path preDump(int round) {
        return root.resolve("pre-" + round);
    }

    Path last() {
        return root.resolve(FINAL);
    }

    /** The small files of a final dump that is packed; the others are where those of one that is not packed are. */
    Path packed() {
        return root.resolve(PACKED);
    }

    /** Makes a directory for its owner alone. */
    static Path make(Path directory) throws IOException {
        try {
            return Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            return directory;
        }
    }

    /** runc's option that makes this round hang on the one before; nothing for the first. */
    List<String> parentOf(int round) {
        return round == 1 ? List.of() : List.of("--parent-path", "../pre-" + (round - 1));
    }

    /**
     * The same for the final dump, which hangs on the last pre-dump that is there.
     *
     * @param into where it is written; runc takes no parent but by a way from there
     */
    List<String> parentOfLast(Path into) throws IOException {
        int rounds = rounds();
        return rounds == 0
                ? List.of()
                : List.of("--parent-path", way(into, preDump(rounds)).toString());
    }

    /**
     * Makes a directory that CRIU can restore from, whatever directory a final dump that is not packed lies in.
     *
     * @param names of its files, relative to the migration's directory
     * @param directory that is empty
     */
    void linkLast(Iterable<String> names, Path directory) throws IOException {
        Path way = way(directory, root);
        for (String name : names) {
            Path there = Path.of(name);
            Files.createSymbolicLink(directory.resolve(there.getFileName()), way.resolve(there));
        }
        Path parent = last().resolve(PARENT);
        if (Files.isSymbolicLink(parent)) {
            Files.createSymbolicLink(
                    directory.resolve(PARENT),
                    way.resolve(Files.readSymbolicLink(parent).getFileName()));
        }
    }

    /** As the file system has it, whatever links there are before it. */
    static Path way(Path from, Path to) throws IOException {
        return from.toRealPath().relativize(to.toRealPath());
    }

    static ProblemException storeFailed(Path path, IOException e) {
        return new ProblemException(
                new Problem(
                        "store-failed",
                        "The checkpoint store failed",
                        503,
                        "cannot read or write " + path + ": " + Failures.why(e)
                                + ". Is the store writable and not full?"),
                e);
    }

    /** How many pre-dumps there are. */
    int rounds() {
        int rounds = 0;
        while (Files.isDirectory(preDump(rounds + 1))) {
            rounds++;
        }
        return rounds;
    }

    /** Names of the description, of what was carried early and of all files of pre-dumps, relative to the migration's directory. */
    List<String> settledFiles() throws IOException {
        List<String> names = new ArrayList<>();
        if (Files.exists(description())) {
            names.add(name(description()));
        }
        FileCarrier.earlyFiles(root).stream().map(this::name).forEach(names::add);
        int rounds = rounds();
        for (int round = 1; round <= rounds; round++) {
            names.addAll(filesBelow(preDump(round)));
        }
        return names;
    }

    /** Names of the final dump's files, relative to the migration's directory. */
    List<String> lastFiles() throws IOException {
        List<String> names = new ArrayList<>();
        if (Files.exists(packed())) {
            names.add(PACKED);
        }
        if (Files.exists(last())) {
            names.addAll(filesBelow(last()));
        }
        return names;
    }

    /** Whether a final dump of files with these names is packed. */
    static boolean isPacked(List<String> names) {
        return names.contains(PACKED);
    }

    /** Whether a file of this name belongs to a final dump that is not packed. */
    static boolean isOfLast(String name) {
        return name.startsWith(FINAL + "/");
    }

    /** Names of the files below one of these directories, relative to the migration's. */
    List<String> filesBelow(Path directory) throws IOException {
        return Trees.files(directory).stream().map(this::name).sorted().toList();
    }

    /** What a file below is called in manifests. */
    String name(Path file) {
        return root.relativize(file).toString();
    }

    /** Whether a file of this name holds memory. */
    static boolean holdsPages(String name) {
        return name.equals(PACKED) || PAGES.matcher(name).matches();
    }

    /** Bytes of memory in all rounds. */
    long memoryBytes() throws IOException {
        long sum = 0;
        for (String file : Stream.concat(settledFiles().stream(), lastFiles().stream())
                .filter(LiveImages::holdsPages)
                .toList()) {
            sum += Files.size(root.resolve(file));
        }
        return sum;
    }

    /** Bytes of the regular files below. */
    static long bytes(Path directory) throws IOException {
        long sum = 0;
        for (Path file : Trees.files(directory)) {
            sum += Files.size(file);
        }
        return sum;
    }
}
