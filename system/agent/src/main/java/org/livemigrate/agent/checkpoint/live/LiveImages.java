package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * A migration's images: podman's description of the container, one directory a pre-dump, and the final dump, each naming
 * the one before as its parent (criu(8), incremental dumps).
 *
 * @param root the migration's directory in the store
 */
record LiveImages(Path root) {

    private static final String FINAL = "final";

    /** Podman's export without memory and files: what the container is. */
    Path description() {
        return root.resolve("description.tar");
    }

    Path preDump(int round) {
        return root.resolve("pre-" + round);
    }

    Path last() {
        return root.resolve(FINAL);
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

    /** Names of all regular files, relative to the migration's directory, sorted. */
    List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    /** Bytes of the regular files below. */
    static long bytes(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            long sum = 0;
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }
}
