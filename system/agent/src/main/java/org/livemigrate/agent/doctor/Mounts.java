package org.livemigrate.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is mounted where, from {@code /proc/self/mountinfo} (proc(5)). */
final class Mounts {

    /**
     * @param point where it is mounted
     * @param type of the file system
     * @param source the device or {@code server:/path}
     * @param options of the mount and of the file system
     */
    record Mount(Path point, String type, String source, Set<String> options) {

        Optional<String> option(String name) {
            return options.stream()
                    .filter(option -> option.startsWith(name + "="))
                    .map(option -> option.substring(name.length() + 1))
                    .findFirst();
        }
    }

    private Mounts() {}

    /**
     * The mount that holds a path: of those above it the deepest, and of equals the last, which covers the others.
     *
     * @param root of the file system whose {@code proc} is read
     */
    static Optional<Mount> of(Path path, Path root) {
        List<String> lines;
        try {
            lines = Files.readAllLines(root.resolve("proc/self/mountinfo"));
        } catch (IOException e) {
            return Optional.empty();
        }
        return lines.stream()
                .map(Mounts::parse)
                .flatMap(Optional::stream)
                .filter(mount -> path.startsWith(mount.point()))
                // reduce and not max: of two at the same place the later one counts
                .reduce((best, next) ->
                        Comparator.comparingInt((Mount m) -> m.point().getNameCount())
                                                .compare(next, best)
                                        >= 0
                                ? next
                                : best);
    }

    private static Optional<Mount> parse(String line) {
        String[] halves = line.split(" - ", 2);
        if (halves.length < 2) {
            return Optional.empty();
        }
        String[] left = halves[0].split(" ");
        String[] right = halves[1].split(" ");
        if (left.length < 6 || right.length < 3) {
            return Optional.empty();
        }
        Set<String> options = new HashSet<>(Arrays.asList(left[5].split(",")));
        options.addAll(Arrays.asList(right[2].split(",")));
        return Optional.of(new Mount(Path.of(left[4].replace("\\040", " ")), right[0], right[1], options));
    }
}
