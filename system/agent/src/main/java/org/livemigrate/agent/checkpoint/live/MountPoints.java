package org.livemigrate.agent.checkpoint.live;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.livemigrate.agent.checkpoint.files.FileNames;

/** Where file systems are mounted, as proc_pid_mountinfo(5) tells: the fifth word of a line. */
final class MountPoints {

    private static final int WORD = 4;
    private static final int ESCAPE_DIGITS = 3;

    private final Path table;

    /** @param root of the file system, {@code /} but in tests */
    MountPoints(Path root) {
        this.table = root.resolve("proc/self/mountinfo");
    }

    /** Those below a directory; not the one that may be on it. */
    List<Path> below(Path directory) throws IOException {
        return Files.readAllLines(table, StandardCharsets.ISO_8859_1).stream()
                .map(line -> FileNames.path(unescaped(line.split(" ")[WORD])))
                .filter(mount -> mount.startsWith(directory) && !mount.equals(directory))
                .toList();
    }

    /** White space and backslashes are three octal digits after a backslash. */
    private static byte[] unescaped(String word) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) == '\\' && i + ESCAPE_DIGITS < word.length()) {
                bytes.write(Integer.parseInt(word.substring(i + 1, i + 1 + ESCAPE_DIGITS), 8));
                i += ESCAPE_DIGITS;
            } else {
                bytes.write(word.charAt(i));
            }
        }
        return bytes.toByteArray();
    }
}
