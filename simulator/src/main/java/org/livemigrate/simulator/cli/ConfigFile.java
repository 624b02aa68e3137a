package org.livemigrate.simulator.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The file of {@code --config}: options by their long names. It is turned into arguments that stand before those of the
 * command line, so that both are understood by the same rules.
 */
final class ConfigFile {
    private static final Set<String> SOURCES = Set.of("--trace", "--generate", "--snapshot");

    private ConfigFile() {}

    /** The arguments with the file's before them; those that the command line names itself are left to it. */
    static String[] expand(String[] args, Set<String> known) {
        List<String> given = List.of(args);
        int at = given.indexOf("--config");
        String named = at >= 0 && at + 1 < args.length
                ? args[at + 1]
                : given.stream()
                        .filter(a -> a.startsWith("--config="))
                        .map(a -> a.substring("--config=".length()))
                        .findFirst()
                        .orElse(null);
        if (named == null) {
            return args;
        }
        Set<String> taken = given.stream().map(a -> a.replaceFirst("=.*", "")).collect(Collectors.toSet());
        List<String> all = new ArrayList<>();
        for (Map.Entry<String, Object> entry : read(Path.of(named)).entrySet()) {
            String option = "--" + entry.getKey();
            if (!known.contains(option) || option.equals("--config")) {
                throw new IllegalArgumentException("--config " + named + ": '" + entry.getKey()
                        + "' is not an option. simulator/simulate.yaml shows every one.");
            }
            boolean otherSource = SOURCES.contains(option) && !Collections.disjoint(taken, SOURCES);
            Object value = entry.getValue();
            if (taken.contains(option) || otherSource || value == null || Boolean.FALSE.equals(value)) {
                continue;
            }
            all.add(option);
            if (value instanceof Collection<?> list) {
                all.add(list.stream().map(String::valueOf).collect(Collectors.joining(",")));
            } else if (!Boolean.TRUE.equals(value)) {
                all.add(String.valueOf(value));
            }
        }
        all.addAll(given);
        return all.toArray(String[]::new);
    }

    private static Map<String, Object> read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("--config " + file + ": no such file.");
        }
        try {
            Map<String, Object> map =
                    YAMLMapper.builder().build().readValue(file.toFile(), new TypeReference<Map<String, Object>>() {});
            return map == null ? Map.of() : map;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "--config " + file + ", line "
                            + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()) + ": "
                            + e.getOriginalMessage(),
                    e);
        }
    }
}
