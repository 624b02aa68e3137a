package org.livemigrate.cli.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.livemigrate.cli.console.InputException;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Options from the file that {@code --config} names: a YAML mapping from an option's name, without dashes, to its value. */
public final class YamlDefaults implements IDefaultValueProvider {

    private final Map<String, Object> values;

    private YamlDefaults(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * Gives a serving command its file, when the arguments name one.
     *
     * @throws InputException when the file cannot be read or names an option that the command does not have
     */
    public static void apply(CommandLine root, List<String> arguments) {
        Path file = null;
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).equals("--config") && i + 1 < arguments.size()) {
                file = Path.of(arguments.get(i + 1));
            } else if (arguments.get(i).startsWith("--config=")) {
                file = Path.of(arguments.get(i).substring("--config=".length()));
            }
        }
        CommandLine command = arguments.isEmpty() ? null : root.getSubcommands().get(arguments.get(0));
        if (file == null || command == null) {
            return;
        }
        Map<String, Object> values = read(file);
        Set<String> known = command.getCommandSpec().options().stream()
                .map(option -> option.longestName().replaceFirst("^--", ""))
                .collect(Collectors.toSet());
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new InputException("--config " + file + ": '" + name + "' is not an option of "
                        + command.getCommandName() + ". See 'live-migrate " + command.getCommandName() + " --help'.");
            }
        }
        command.setDefaultValueProvider(new YamlDefaults(values));
    }

    private static Map<String, Object> read(Path file) {
        try {
            Map<String, Object> values = new YAMLMapper()
                    .readValue(Files.readString(file), new TypeReference<LinkedHashMap<String, Object>>() {});
            return values == null ? Map.of() : values;
        } catch (IOException e) {
            throw new InputException("--config " + file + " cannot be read: " + e, e);
        } catch (JacksonException e) {
            throw new InputException(
                    "--config " + file + ": " + e.getOriginalMessage() + " Write lines such as 'target: 65'.", e);
        }
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        if (!argument.isOption()) {
            return null;
        }
        Object value = values.get(((OptionSpec) argument).longestName().replaceFirst("^--", ""));
        return value == null ? null : value.toString();
    }
}
