package org.livemigrate.agent.checkpoint.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/** GNU tar: owners, modes, links, holes and extended attributes as the kernel keeps them. */
final class Tar {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    /** Of a file that changed while it was read (tar, "Return Values"). */
    private static final int SOME_DIFFER = 1;

    private final ProcessRunner processes;

    Tar(ProcessRunner processes) {
        this.processes = processes;
    }

    /** @throws ProblemException unless every one of these is in the archive as it stands */
    void create(Path archive, Path root, Iterable<Path> names) throws IOException, InterruptedException {
        List<String> command = creating(archive, root, names);
        require(command, run(command));
    }

    /**
     * The same of files that may change or go meanwhile.
     *
     * @return whether each of them is in the archive, some perhaps torn
     */
    boolean createOfMoving(Path archive, Path root, Iterable<Path> names) throws IOException, InterruptedException {
        ProcessRunner.Result result = run(creating(archive, root, names));
        return result.succeeded() || !result.timedOut() && result.exitStatus() == SOME_DIFFER;
    }

    private List<String> creating(Path archive, Path root, Iterable<Path> names) throws IOException {
        Path list = archive.resolveSibling(archive.getFileName() + ".names");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(list))) {
            for (Path name : names) {
                out.write(FileNames.bytes(name));
                out.write(0);
            }
        }
        return List.of(
                "tar",
                "--create",
                "--file",
                archive.toString(),
                "--directory",
                root.toString(),
                "--numeric-owner",
                "--xattrs",
                "--xattrs-include=*",
                "--sparse",
                "--no-recursion",
                "--null",
                "--verbatim-files-from",
                "--files-from",
                list.toString());
    }

    void extract(Path archive, Path root) throws InterruptedException, IOException {
        List<String> command = List.of(
                "tar",
                "--extract",
                "--file",
                archive.toString(),
                "--directory",
                root.toString(),
                "--numeric-owner",
                "--same-owner",
                "--preserve-permissions",
                "--xattrs",
                "--xattrs-include=*");
        require(command, run(command));
    }

    private ProcessRunner.Result run(List<String> command) throws IOException, InterruptedException {
        return processes.run(new ProcessRunner.Command(command, TIMEOUT));
    }

    private static void require(List<String> command, ProcessRunner.Result result) {
        if (!result.succeeded()) {
            throw new ProblemException(new Problem(
                    "files-failed",
                    "The container's files cannot be carried",
                    500,
                    String.join(" ", command)
                            + (result.timedOut() ? " took too long" : " exited with status " + result.exitStatus())
                            + ": " + result.stderr().strip()));
        }
    }
}
