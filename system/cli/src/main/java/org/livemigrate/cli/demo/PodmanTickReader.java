package org.livemigrate.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.livemigrate.protocol.container.ContainerFacts;

/**
 * Asks the node's podman for the file that the ticker writes inside its container. {@code podman exec} only works in a
 * container that runs, so that an answer is proof of life too.
 */
final class PodmanTickReader implements TickReader {

    @Override
    public Ticking read(DemoNode node, ContainerFacts container) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(node.enter());
        line.addAll(List.of("podman", "exec", container.id(), "/bin/busybox", "cat", "/ticks"));
        Process process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException("the ticks of " + container.name() + " cannot be read on " + node.id()
                    + ": 'podman exec' ended with status " + status);
        }
        return TickLog.parse(text);
    }
}
