package org.livemigrate.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.cli.LiveMigrate;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The example configurations of {@code system/deploy} show every option with its default, and nothing else. */
class ExampleConfigurationTest {

    private static final Path CONFIG = Path.of("..", "deploy", "config");
    private static final Pattern SHOWN = Pattern.compile("^#([a-z][a-z-]*): (.+)$", Pattern.MULTILINE);
    private static final Pattern SET = Pattern.compile("^([a-z][a-z-]*): (.+)$", Pattern.MULTILINE);

    /** Not options of the program itself. */
    private static final Set<String> ABOUT_THE_COMMAND = Set.of("config", "help", "version");

    @TempDir
    private Path folder;

    private static Map<String, String> lines(Pattern pattern, String text) {
        Map<String, String> lines = new LinkedHashMap<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            assertThat(lines.put(matcher.group(1), matcher.group(2)))
                    .as("%s stands once", matcher.group(1))
                    .isNull();
        }
        return lines;
    }

    private static Map<String, OptionSpec> options(String command) {
        return LiveMigrate.commandLine().getSubcommands().get(command).getCommandSpec().options().stream()
                .filter(option -> !ABOUT_THE_COMMAND.contains(name(option)))
                .collect(Collectors.toMap(ExampleConfigurationTest::name, option -> option));
    }

    private static String name(OptionSpec option) {
        return option.longestName().replaceFirst("^--", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent", "controller"})
    void everyOptionStandsInItAndNothingElse(String command) throws IOException {
        String text = Files.readString(CONFIG.resolve(command + ".yaml"));
        Set<String> named = new TreeSet<>(lines(SHOWN, text).keySet());
        named.addAll(lines(SET, text).keySet());
        assertThat(named).isEqualTo(new TreeSet<>(options(command).keySet()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent", "controller"})
    void whatIsShownAsDefaultIsIt(String command) throws IOException {
        Map<String, String> shown = lines(SHOWN, Files.readString(CONFIG.resolve(command + ".yaml")));
        int compared = 0;
        for (OptionSpec option : options(command).values()) {
            String byDefault = option.defaultValue();
            // the host's own name is no line that could stand in a file
            if (byDefault != null && !name(option).equals("host-id") && !option.required()) {
                String expected = option.typeInfo().isBoolean() ? "false" : byDefault;
                assertThat(shown.get(name(option))).as("--%s", name(option)).isEqualTo(expected);
                compared++;
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent", "controller"})
    void theFileIsTakenWithEveryLineInForce(String command) throws IOException {
        String text = Files.readString(CONFIG.resolve(command + ".yaml"));
        Map<String, String> values = lines(SHOWN, text);
        values.putAll(lines(SET, text));
        StringBuilder all = new StringBuilder();
        values.forEach(
                (name, value) -> all.append(name).append(": ").append(value).append('\n'));
        Path file = Files.writeString(folder.resolve("all.yaml"), all);

        CommandLine root = LiveMigrate.commandLine();
        String[] arguments = {command, "--config", file.toString()};
        YamlDefaults.apply(root, java.util.List.of(arguments));
        CommandLine.ParseResult parsed = root.parseArgs(arguments);

        assertThat(parsed.subcommand().errors()).isEmpty();
    }

    @Test
    void theDefaultThresholdIsTheProtocols() throws IOException {
        Map<String, String> shown = lines(SHOWN, Files.readString(CONFIG.resolve("agent.yaml")));
        assertThat(shown.get("threshold-millicores"))
                .isEqualTo(Long.toString(org.livemigrate.protocol.stats.DiffThreshold.DEFAULT.cpuMillicores()));
    }
}
