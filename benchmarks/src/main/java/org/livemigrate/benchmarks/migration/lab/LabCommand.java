package org.livemigrate.benchmarks.migration.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.livemigrate.benchmarks.migration.run.NotReadyException;
import org.livemigrate.protocol.json.Json;

/** {@code benchmarks/bin/lab}, as far as labs of every kind answer it alike. */
record LabCommand(Path program) {
    /** What a command line in that node, or in the hub, begins with. */
    List<String> enter(String node) {
        return List.of(program.toString(), "exec", node, "--");
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
