package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
 * <p>CRIU has such a lock of its own, but only within its dump and its restore, and it takes the lock off while the
 * container still stands: some 60 ms each time, which the kernel takes to remove netfilter rules. So {@link Shim#CRIU}
 * tells it to leave that to this class.
 */
final class NetworkHold {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** Before connection tracking, in both directions. */
    private static final String CLOSE = "add table inet live_migrate; "
            + "add chain inet live_migrate input { type filter hook input priority -400; policy drop; }; "
            + "add chain inet live_migrate output { type filter hook output priority -400; policy drop; }";

    /** What the shim does too. */
    private static final String OPEN = "add table inet live_migrate; delete table inet live_migrate";

    private final ProcessRunner processes;
    private final Path namespace;

    /** @param namespace file of the container's network namespace (network_namespaces(7)) */
    NetworkHold(ProcessRunner processes, Path namespace) {
        this.processes = processes;
        this.namespace = namespace;
    }

    /** Of a process. */
    static NetworkHold of(ProcessRunner processes, int pid) {
        return new NetworkHold(processes, Path.of("/proc/" + pid + "/ns/net"));
    }

    /** From here on no packet comes in or goes out. */
    void close() throws InterruptedException {
        nft(CLOSE);
    }

    /** Undoes {@link #close}; without one it changes nothing. */
    void open() throws InterruptedException {
        nft(OPEN);
    }

    private void nft(String commands) throws InterruptedException {
        List<String> command = List.of("nsenter", "--net=" + namespace, "--", "nft", commands);
        try {
            ProcessRunner.Result result = processes.run(new ProcessRunner.Command(command, TIMEOUT));
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
