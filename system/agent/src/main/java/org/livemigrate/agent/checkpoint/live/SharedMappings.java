package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which files the processes of a container map shared (mmap(2)), as proc_pid_maps(5) tells. */
final class SharedMappings {

    private static final int TRIES = 5;

    private final Path proc;

    /** @param root of the file system, {@code /} but in tests */
    SharedMappings(Path root) {
        this.proc = root.resolve("proc");
    }

    /** As of {@link Freezer#processes}. */
    @FunctionalInterface
    interface Processes {
        List<String> now() throws IOException;
    }

    /**
     * Their inodes, of whatever device: overlays tell one or the other of theirs. Empty when processes come and go so fast
     * that one may have been missed.
     */
    Optional<Set<Long>> inodes(Processes processes) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            List<String> before = processes.now();
            Set<Long> inodes = new HashSet<>();
            boolean whole = true;
            for (String pid : before) {
                whole &= add(pid, inodes);
            }
            // one that is new may have got its mappings from one that is gone
            if (whole && before.containsAll(processes.now())) {
                return Optional.of(inodes);
            }
        }
        return Optional.empty();
    }

    /** @return whether the process was there to be looked at */
    private boolean add(String pid, Set<Long> inodes) {
        List<String> lines;
        try {
            lines = Files.readAllLines(proc.resolve(pid).resolve("maps"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return false;
        }
        for (String line : lines) {
            String[] words = line.split(" +", 6);
            if (words.length >= 5 && words[1].endsWith("s")) {
                inodes.add(Long.parseUnsignedLong(words[4]));
            }
        }
        return true;
    }
}
