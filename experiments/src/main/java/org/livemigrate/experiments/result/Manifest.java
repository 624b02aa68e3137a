package org.livemigrate.experiments.result;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.livemigrate.protocol.json.Json;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * How a result came about: enough to make it again, and to see whether it is still what the code says.
 *
 * @param name the experiment
 * @param title a few words
 * @param question that it answers
 * @param kind measured, modelled or simulated
 * @param plotDescription what the plot shows, in words
 * @param command that makes it again, from the root of the checkout
 * @param parameters all that was chosen
 * @param seed of what was drawn
 * @param inputs SHA-256 by path, for files from outside the repository
 * @param code SHA-256 of the sources that made it
 * @param codeParts the folders of sources that are in that digest
 * @param outputs SHA-256 by name, of the files beside this one
 * @param versions of Java and of the libraries that decide what comes out
 * @param machine where it ran
 * @param startedAt when
 * @param elapsedMs how long it took there
 */
public record Manifest(
        String name,
        String title,
        String question,
        String kind,
        String plotDescription,
        String command,
        Map<String, String> parameters,
        long seed,
        Map<String, String> inputs,
        String code,
        List<String> codeParts,
        Map<String, String> outputs,
        Map<String, String> versions,
        Machine machine,
        Instant startedAt,
        long elapsedMs) {

    /** Reads what {@link #toJson()} wrote. */
    public static Manifest parse(String json) {
        return Json.mapper().readValue(json, Manifest.class);
    }

    /** For people and machines: indented, fields in this order. */
    public String toJson() {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        return Json.mapper()
                        .writer()
                        .with(new DefaultPrettyPrinter()
                                .withArrayIndenter(indenter)
                                .withObjectIndenter(indenter))
                        .writeValueAsString(this)
                + "\n";
    }

    /** Whether it was made from just these; then a new run has nothing to add. */
    public boolean isMadeFrom(
            Map<String, String> otherParameters, long otherSeed, Map<String, String> otherInputs, String otherCode) {
        return seed == otherSeed
                && parameters.equals(otherParameters)
                && inputs.equals(otherInputs)
                && code.equals(otherCode);
    }
}
