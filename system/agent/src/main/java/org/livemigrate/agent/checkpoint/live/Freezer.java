package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.livemigrate.agent.store.Trees;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * The control group freezer (cgroups(7), version 1 and 2). What it holds does not run, whoever else lets go: a killed
 * CRIU, a killed agent.
 */
final class Freezer {

    /** Lines of proc_pid_status(5). */
    private static final Pattern DUMPED = Pattern.compile("(?:RssAnon|RssShmem|VmSwap):\\s*([0-9]+) kB");

    private final Path root;

    /** @param root of the file system, {@code /} but in tests */
    Freezer(Path root) {
        this.root = root;
    }

    /** One control group's switch. */
    record Switch(Path file, String frozenWord) {

        boolean frozen() {
            return says(frozenWord, "frozen 1");
        }

        /** Whether there are processes that may run; false also where that cannot be read. */
        boolean thawed() {
            return says("THAWED", "frozen 0", "populated 1");
        }

        /** Version 2's switch says what was asked for, its events what has come of it. */
        private boolean says(String word, String... events) {
            try {
                if (file.endsWith("cgroup.freeze")) {
                    return Files.readAllLines(file.resolveSibling("cgroup.events"))
                            .containsAll(List.of(events));
                }
                return Files.readString(file).strip().equals(word);
            } catch (IOException e) {
                return false;
            }
        }

        void freeze() throws IOException {
            Files.writeString(file, frozenWord);
        }
    }

    /**
     * What a dump of the processes that a switch holds would have to write now (proc_pid_status(5)): what no file stands for,
     * also where it is swapped out. What they share counts for each.
     *
     * @throws IOException when the control group is gone
     */
    long memoryBytes(Switch of) throws IOException {
        long kilobytes = 0;
        for (String pid : processes(of)) {
            try {
                for (String line : Files.readAllLines(root.resolve("proc/" + pid + "/status"))) {
                    Matcher dumped = DUMPED.matcher(line);
                    if (dumped.matches()) {
                        kilobytes += Long.parseLong(dumped.group(1));
                    }
                }
            } catch (IOException e) {
                // it has ended meanwhile
            }
        }
        return kilobytes << 10;
    }

    /**
     * Those that a switch holds, also in groups of the container's own making below.
     *
     * @throws IOException when the control group is gone
     */
    List<String> processes(Switch of) throws IOException {
        List<String> pids = new ArrayList<>();
        Trees.walk(of.file().getParent(), (path, attributes) -> {
            if (path.endsWith("cgroup.procs")) {
                pids.addAll(Files.readAllLines(path));
            }
            return true;
        });
        if (pids.isEmpty()) {
            throw new NoSuchFileException(of.file().resolveSibling("cgroup.procs") + " (no process)");
        }
        return pids;
    }

    /** Whether the process is there, in a control group of the container that is not frozen; false also where nothing tells. */
    boolean letsRun(int pid, String container) {
        try {
            return pid > 0 && of(pid, container).thawed();
        } catch (ProblemException e) {
            return false;
        }
    }

    /**
     * The switch of a container.
     *
     * @param pid of one of its processes
     * @throws ProblemException when the process is gone, or in no control group of the container that has a freezer
     */
    Switch of(int pid, String container) {
        Path membership = root.resolve("proc/" + pid + "/cgroup");
        try {
            String unified = null;
            for (String line : Files.readAllLines(membership)) {
                String[] parts = line.split(":", 3);
                // one that has ended counts as in the root, and to freeze that stops a host that is a container
                if (parts.length < 3 || !parts[2].contains(container)) {
                    continue;
                }
                if (parts[1].equals("freezer")) {
                    return new Switch(root.resolve("sys/fs/cgroup/freezer" + parts[2] + "/freezer.state"), "FROZEN");
                }
                if (parts[1].isEmpty()) {
                    unified = parts[2];
                }
            }
            if (unified != null) {
                return new Switch(root.resolve("sys/fs/cgroup" + unified + "/cgroup.freeze"), "1");
            }
            throw new IOException("no freezer among its control groups is of container " + container);
        } catch (IOException e) {
            throw new ProblemException(
                    new Problem(
                            "freeze-failed",
                            "The container cannot be frozen",
                            500,
                            "cannot find the freezer of process " + pid + ": " + Failures.why(e)),
                    e);
        }
    }
}
