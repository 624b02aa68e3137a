package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * Keeps the kernel from answering for a frozen container: it would acknowledge what a peer sends after the dump, and the
 * restored copy would never see it. CRIU holds the network only while it dumps, so this begins before and ends with the
 * thaw or with the container.
 */
final class NetworkHold {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** Before connection tracking, in both directions. */
    private static final String CLOSE = "add table inet live_migrate; "
            + "add chain inet live_migrate input { type filter hook input priority -400; policy drop; }; "
            + "add chain inet live_migrate output { type filter hook output priority -400; policy drop; }";

    private static final String OPEN = "add table inet live_migrate; delete table inet live_migrate";

    private final ProcessRunner processes;
    private final int pid;

    /** @param pid of a process in the container's network namespace */
    NetworkHold(ProcessRunner processes, int pid) {
        this.processes = processes;
        this.pid = pid;
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
        List<String> command = List.of("nsenter", "--target", Integer.toString(pid), "--net", "--", "nft", commands);
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
                "nft in the network namespace of process " + pid + " " + why + ". Is nftables installed?"));
    }
}
