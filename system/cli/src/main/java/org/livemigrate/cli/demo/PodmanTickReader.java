package org.livemigrate.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.ticks.TickLog;
import org.livemigrate.protocol.ticks.Ticking;

/**
 * Asks the node's podman for the file that the ticker writes inside its container. {@code podman exec} only works in a
 * container that runs, so that an answer is proof of life too.
 */
final class PodmanTickReader implements TickReader {

    @Override
    public Set<String> running(DemoNode node) throws IOException, InterruptedException {
        return podman(node, "ps", "--no-trunc", "--format", "{{.ID}}").lines().collect(Collectors.toSet());
    }

    @Override
    public Ticking read(DemoNode node, ContainerFacts container) throws IOException, InterruptedException {
        return TickLog.parse(podman(node, "exec", container.id(), "/bin/busybox", "cat", "/ticks"));
    }

    private static String podman(DemoNode node, String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(node.enter());
        line.add("podman");
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(
                    "'podman " + String.join(" ", arguments) + "' on " + node.id() + " ended with status " + status);
        }
        return text;
    }
}
