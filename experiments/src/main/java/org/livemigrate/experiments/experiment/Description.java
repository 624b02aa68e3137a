package org.livemigrate.experiments.experiment;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an experiment says of itself.
 *
 * @param name lower-case words with hyphens; also the name of its folder in {@code results/}
 * @param title a few words for headings
 * @param question one sentence that ends in a question mark
 * @param kind where its numbers come from
 * @param expected how long it takes on a small machine
 * @param seed of everything that is drawn; 0 where nothing is
 * @param parameters all that was chosen, by name, in the order in which a reader wants them
 * @param parts the modules whose code decides the result
 * @param inputs the files it needs from outside the repository
 */
public record Description(
        String name,
        String title,
        String question,
        Kind kind,
        Duration expected,
        long seed,
        Map<String, String> parameters,
        Set<Part> parts,
        List<Input> inputs) {
    public Description {
        if (!name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException("'" + name + "' is no name for a folder of results.");
        }
        if (!question.endsWith("?")) {
            throw new IllegalArgumentException("The question of '" + name + "' asks nothing: " + question);
        }
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        parts = Collections.unmodifiableSet(new TreeSet<>(parts));
        inputs = List.copyOf(inputs);
    }
}
