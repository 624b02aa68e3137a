package org.livemigrate.agent.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** TCP connections of a network namespace, as proc_pid_net(5) lists them ({@code /proc/PID/net/tcp}). */
final class Connections {

    private static final String ESTABLISHED = "01";

    /** 127.0.0.0/8, ::1 and the former within IPv6; words of four bytes in the order of a little-endian processor. */
    private static final Pattern LOOPBACK = Pattern.compile("[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F");

    private final Path proc;

    /** @param root of the file system, {@code /} but in tests */
    Connections(Path root) {
        this.proc = root.resolve("proc");
    }

    /** How many of a process's namespace are established, and not with itself; 0 of a process that is gone. */
    int established(int pid) {
        return established(pid, "tcp") + established(pid, "tcp6");
    }

    private int established(int pid, String table) {
        List<String> lines;
        try {
            lines = Files.readAllLines(proc.resolve(pid + "/net/" + table));
        } catch (IOException e) {
            return 0;
        }
        int count = 0;
        for (String line : lines) {
            // number: local:port remote:port state …
            String[] words = line.strip().split(" +");
            if (words.length > 3 && words[3].equals(ESTABLISHED)) {
                String local = words[1].substring(0, words[1].indexOf(':'));
                String remote = words[2].substring(0, words[2].indexOf(':'));
                if (!remote.equals(local) && !LOOPBACK.matcher(remote).matches()) {
                    count++;
                }
            }
        }
        return count;
    }
}
