package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * Keeps the kernel from answering for a container that does not run: for the frozen copy, whose peers would be
 * acknowledged what the restored one never sees; and for the restored one, whose sockets are not there yet, so that its
 * peers would be refused. It begins before the dump and ends with the thaw, with the restored processes or with the
 * container. On the target it begins before there is an address ({@code netavark}, beside the shim): between its network
 * and its runtime podman takes long enough for a peer's packet to come in, and be answered with a reset.
 *
 * <p>On the source it begins when the container stands still, not before: what a peer has sent by then is acknowledged,
 * and dumped with the socket. What is lost to a hold the peer sends again less and less often, and the container would
 * wait for it long after it runs again.
 *
 * <p>CRIU has such a lock of its own, but only within its dump and its restore, and it takes the lock off while the
 * container still stands: some 60 ms each time, which the kernel takes to remove netfilter rules. So {@link Shim#CRIU}
 * tells it to leave that to this class. The rules, and what else the shim does with them, are in {@code network-hold}.
 */
final class NetworkHold {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ProcessRunner processes;
    private final Path program;
    private final Path namespace;

    /**
     * @param program {@link Shim#networkHold}
     * @param namespace file of the container's network namespace (network_namespaces(7))
     */
    NetworkHold(ProcessRunner processes, Path program, Path namespace) {
        this.processes = processes;
        this.program = program;
        this.namespace = namespace;
    }

    /** From here on no packet comes in or goes out. */
    void close() throws InterruptedException {
        change(TIMEOUT, "close");
    }

    /**
     * The same as soon as {@link WordPipe#GO} comes, after all preparations.
     *
     * @param patience for the word and all else
     */
    void closeAt(WordPipe pipe, Duration patience) throws InterruptedException {
        change(patience, "close", pipe.path().toString());
    }

    /** Undoes {@link #close}, and tells peers where the container is; without one it tells them all the same. */
    void open() throws InterruptedException {
        change(TIMEOUT, "open");
    }

    private void change(Duration timeout, String verb, String... more) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString(), verb, namespace.toString()));
        command.addAll(List.of(more));
        try {
            ProcessRunner.Result result = processes.run(new ProcessRunner.Command(command, timeout));
            if (!result.succeeded()) {
                throw failed("exited with status " + result.exitStatus() + ": "
                        + result.stderr().strip());
            }
        } catch (IOException e) {
            throw failed(e.getMessage());
        }
    }

    private ProblemException failed(String why) {
        return new ProblemException(new Problem(
                "network-hold-failed",
                "The container's network cannot be held",
                500,
                "nft in network namespace " + namespace + " " + why + ". Is nftables installed?"));
    }
}
