package org.livemigrate.benchmarks.migration.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.livemigrate.benchmarks.migration.run.NotReadyException;
import org.livemigrate.protocol.json.Json;

/** {@code benchmarks/bin/lab}, as far as labs of every kind answer it alike. */
record LabCommand(Path program) {
    /** What a command line in that node, or in the hub, begins with. */
    List<String> enter(String node) {
        return List.of(program.toString(), "exec", node, "--");
    }

    /** A command of the lab, of which only its messages are of interest. */
    ProcessBuilder messages(ProcessBuilder.Redirect to, String... arguments) {
        List<String> line = new ArrayList<>(List.of(program.toString()));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(to);
    }

    NotReadyException isUpAlready() {
        return new NotReadyException("A lab is up already. When nobody needs it, take it down: " + program + " down");
    }

    NotReadyException couldNotBeSetUp(int status) {
        return new NotReadyException("The lab could not be set up ('" + program + " up' ended with status " + status
                + "); its messages above say why, and benchmarks/lab/README.md what to do.");
    }

    /** The nodes as an inventory has them. */
    List<Map<String, Object>> nodes(Stream<String> ids) {
        return ids.map(id -> Map.<String, Object>of("id", id, "enter", enter(id)))
                .toList();
    }

    /** What the lab that has just come up says of itself, as far as this type asks. */
    <T> T status(Class<T> type) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program.toString(), "status", "--json")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new NotReadyException("'" + program + " status --json' failed right after the lab came up.");
        }
        return Json.mapper().readValue(json, type);
    }

    @Override
    public String toString() {
        return program.toString();
    }
}
