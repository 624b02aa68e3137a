package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.livemigrate.agent.store.Trees;

/**
 * The directory in which a waiting shim and this agent meet; see the shim itself.
 *
 * @param directory the shim's own for one container
 */
record Armed(Path directory) {

    private static final String GUARD = "guard.pid";

    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    /** How the server of lazy pages fares. */
    sealed interface Pages {
        /** All are in; the images are needed no more. */
        record Complete() implements Pages {}

        record Coming() implements Pages {}

        /** @param at when it was noticed */
        record Lost(String how, Instant at) implements Pages {}
    }

    /** Where the shim's podman keeps the bundle; empty while the shim does not wait yet. */
    Optional<Path> bundle() throws IOException {
        Path mark = directory.resolve("armed");
        return Files.exists(mark) ? Optional.of(Path.of(Files.readString(mark).strip())) : Optional.empty();
    }

    /** The shim lets this network go as soon as the container runs. */
    void held(Path network) throws IOException {
        Files.writeString(directory.resolve("held"), network + "\n");
    }

    WordPipe pipe() {
        return WordPipe.in(directory);
    }

    /** Has runc and CRIU started, which wait at the shim's gate for the images. */
    void begin(String mode) throws IOException {
        pipe().say("begin " + mode);
    }

    /** Has what was begun restore from {@link #images()}. */
    void go() throws IOException {
        pipe().say(WordPipe.GO);
    }

    /** The same for what was not begun, or was in another way. */
    void goAnew(String mode) throws IOException {
        pipe().say("anew " + mode);
    }

    /** When the restored container began to run; empty before. */
    Optional<Instant> runningSince() throws IOException {
        Path mark = directory.resolve("running");
        return Files.exists(mark) ? Optional.of(Files.getLastModifiedTime(mark).toInstant()) : Optional.empty();
    }

    /** Whether pages are, or were, served; false once all marks are gone. */
    boolean lazy() {
        return Files.exists(directory.resolve(GUARD));
    }

    Pages pages() throws IOException {
        Path exit = directory.resolve("lazy.exit");
        // looked at first: a guard writes before it ends
        Optional<ProcessHandle> guard = guard();
        if (Files.exists(exit)) {
            String status = Files.readString(exit).strip();
            return status.equals("0")
                    ? new Pages.Complete()
                    : new Pages.Lost(
                            "criu lazy-pages ended with status " + status,
                            Files.getLastModifiedTime(exit).toInstant());
        }
        return guard.isPresent()
                ? new Pages.Coming()
                : new Pages.Lost("criu lazy-pages and its guard are gone", Instant.now());
    }

    /**
     * The shim notes its number, its start and the boot, a line each. After a reboot the number may be anybody's, and
     * what is found here gets killed: one of which not all is as noted is gone.
     */
    private Optional<ProcessHandle> guard() throws IOException {
        Path file = directory.resolve(GUARD);
        List<String> noted = Files.exists(file) ? Files.readAllLines(file) : List.of();
        if (noted.size() != 3 || !noted.get(2).equals(Files.readString(BOOT).strip())) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(noted.get(0)))
                .filter(ProcessHandle::isAlive)
                .filter(found -> noted.get(1).equals(started(found.pid())));
    }

    /** Field 22 of proc_pid_stat(5); empty for a process that has ended. The second field, a name, may have spaces. */
    private static String started(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
        } catch (IOException e) {
            return "";
        }
    }

    /** Ends the server of lazy pages, when there is one. */
    void endPages(Duration atMost) throws IOException, InterruptedException {
        Optional<ProcessHandle> guard = guard();
        if (guard.isPresent()) {
            guard.get().children().forEach(ProcessHandle::destroyForcibly);
            long deadline = System.nanoTime() + atMost.toNanos();
            while (guard.get().isAlive() && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
            guard.get().destroyForcibly();
        }
    }

    /** Where CRIU finds the final dump: unpacked, or links to where it lies. */
    Path images() {
        return directory.resolve("images");
    }

    void delete() throws IOException {
        Trees.delete(directory);
    }
}
