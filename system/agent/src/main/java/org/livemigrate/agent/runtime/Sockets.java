package org.livemigrate.agent.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Sockets of a network namespace, as proc_pid_net(5) lists them ({@code /proc/PID/net/tcp} and its like). */
final class Sockets {

    private static final List<String> TABLES = List.of("tcp", "tcp6", "udp", "udp6");

    /** TIME_WAIT: no process has it any more. */
    private static final String NOBODYS = "06";

    /**
     * Any address; 127.0.0.0/8, ::1 and the former within IPv6. Words of four bytes, in the order of a little-endian
     * processor.
     */
    private static final Pattern EVERYWHERES =
            Pattern.compile("0+|[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F");

    private final Path proc;

    /** @param root of the file system, {@code /} but in tests */
    Sockets(Path root) {
        this.proc = root.resolve("proc");
    }

    /** How many of a process's namespace are bound to an address that not every namespace has; 0 of a process that is gone. */
    int bound(int pid) {
        return TABLES.stream().mapToInt(table -> bound(pid, table)).sum();
    }

    private int bound(int pid, String table) {
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
            if (words.length > 3 && words[1].contains(":") && !words[3].equals(NOBODYS)) {
                String local = words[1].substring(0, words[1].indexOf(':'));
                if (!EVERYWHERES.matcher(local).matches()) {
                    count++;
                }
            }
        }
        return count;
    }
}
