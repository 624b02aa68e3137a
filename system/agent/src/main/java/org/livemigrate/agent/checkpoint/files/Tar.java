package org.livemigrate.agent.checkpoint.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * GNU tar: owners, modes, links, holes and extended attributes as the kernel keeps them. Of a tree that stands still it is
 * the host's own. Of one that moves it is locked up with that tree, since it would follow a directory that has become a
 * link, to wherever on the host.
 */
final class Tar {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    /** Of a file that changed while it was read (tar, "Return Values"). */
    private static final int SOME_DIFFER = 1;

    private final ProcessRunner processes;
    private final Jail jail;

    Tar(ProcessRunner processes, Jail jail) {
        this.processes = processes;
        this.jail = jail;
    }

    /** @throws ProblemException unless every one of these is in the archive as it stands */
    void create(Path archive, Path root, Iterable<Path> names) throws IOException, InterruptedException {
        require(List.of(
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
                written(names, archive).toString()));
    }

    void extract(Path archive, Path root) throws InterruptedException, IOException {
        require(List.of(
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
                "--xattrs-include=*"));
    }

    /**
     * Of files that may change or go meanwhile.
     *
     * @return whether each of them is in the archive, some perhaps torn
     */
    boolean createOfMoving(Path archive, Path root, Iterable<Path> names) throws IOException, InterruptedException {
        ProcessRunner.Result result =
                run(within("create", root, written(names, archive).toString(), archive.toString()));
        // unshare(1) has that status too, where it cannot: then there is nothing
        boolean some = !result.timedOut()
                && result.exitStatus() == SOME_DIFFER
                && Files.exists(archive)
                && Files.size(archive) > 0;
        return result.succeeded() || some;
    }

    /** Of an archive that was made so. */
    void extractOfMoving(Path archive, Path root) throws IOException, InterruptedException {
        require(within("extract", root, archive.toString()));
    }

    private List<String> within(String mode, Path root, String... files) {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                jail.program().toString(),
                jail.directory().toString(),
                mode,
                root.toString()));
        command.addAll(List.of(files));
        return command;
    }

    private static Path written(Iterable<Path> names, Path archive) throws IOException {
        Path list = archive.resolveSibling(archive.getFileName() + ".names");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(list))) {
            for (Path name : names) {
                out.write(FileNames.bytes(name));
                out.write(0);
            }
        }
        return list;
    }

    private ProcessRunner.Result run(List<String> command) throws IOException, InterruptedException {
        return processes.run(new ProcessRunner.Command(command, TIMEOUT));
    }

    private void require(List<String> command) throws IOException, InterruptedException {
        ProcessRunner.Result result = run(command);
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
