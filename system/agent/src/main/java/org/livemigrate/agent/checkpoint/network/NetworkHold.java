package org.livemigrate.agent.checkpoint.network;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.livemigrate.agent.runtime.OwnProgram;
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
 * container still stands: some 60 ms each time, which the kernel takes to remove netfilter rules. So the live
 * engine tells it to leave that to this class. The rules are in {@code network-hold}, which its shim calls too.
 */
public final class NetworkHold {

    private static final String PROGRAM = "network-hold";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ProcessRunner processes;
    private final Path program;
    private final Path namespace;

    /**
     * @param program see {@link #install}
     * @param namespace file of the container's network namespace (network_namespaces(7))
     */
    public NetworkHold(ProcessRunner processes, Path program, Path namespace) {
        this.processes = processes;
        this.program = program;
        this.namespace = namespace;
    }

    /** Of a process. */
    public static NetworkHold of(ProcessRunner processes, Path program, int pid) {
        return new NetworkHold(processes, program, Path.of("/proc/" + pid + "/ns/net"));
    }

    /**
     * Puts the program in place, for its owner alone.
     *
     * @return where
     */
    public static Path install(Path directory) throws IOException {
        return OwnProgram.put(NetworkHold.class, PROGRAM, directory.resolve(PROGRAM));
    }

    /** From here on no packet comes in or goes out. */
    public void close() throws InterruptedException {
        change(TIMEOUT, "close");
    }

    /**
     * The same as soon as the word {@code go} comes, after all preparations; nothing after another word.
     *
     * @param pipe a named one, on which the word comes
     * @param patience for the word and all else
     */
    public void closeAt(Path pipe, Duration patience) throws InterruptedException {
        change(patience, "close", pipe.toString());
    }

    /** Undoes {@link #close}, and tells peers where the container is; without one it tells them all the same. */
    public void open() throws InterruptedException {
        change(TIMEOUT, "open");
    }

    /** Tells peers, and the switches between, where the container's addresses are. */
    public void announce() throws InterruptedException {
        change(TIMEOUT, "announce");
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
                "The container's network cannot be set",
                500,
                PROGRAM + " in network namespace " + namespace + " " + why + ". Are nftables and iproute2 installed?"));
    }
}
