package org.livemigrate.experiments.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.experiments.Experiments;
import org.livemigrate.experiments.catalog.Catalog;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.experiment.Description;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.experiment.Summary;
import org.livemigrate.experiments.result.ResultFolder;
import org.livemigrate.protocol.json.Json;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

class ExperimentsCommandTest {
    @TempDir
    private Path temp;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = Experiments.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        return command.execute(arguments);
    }

    @Test
    void lists_what_there_is() {
        assertThat(run("list")).isZero();
        assertThat(out.toString()).contains("placement-example").contains("modelled");
    }

    @Test
    void lists_as_json() {
        assertThat(run("list", "--json")).isZero();
        JsonNode list = Json.mapper().readTree(out.toString());
        assertThat(list.get(0).get("name").asString()).isEqualTo("placement-example");
        assertThat(list.get(0).get("expectedMs").isIntegralNumber()).isTrue();
        assertThat(list).allMatch(e -> e.get("question").asString().endsWith("?"));
    }

    @Test
    void an_unknown_name_is_bad_input_and_the_message_lists_the_known_ones() {
        assertThat(run("run", "no-such")).isEqualTo(2);
        assertThat(err.toString())
                .contains("'no-such'")
                .contains("placement-example")
                .doesNotContain("\tat ");
    }

    @Test
    void no_name_and_both_names_and_all_are_bad_input() {
        assertThat(run("run")).isEqualTo(2);
        assertThat(run("run", "--all", "placement-example")).isEqualTo(2);
        assertThat(run("run", "placement-example", "--jobs", "0")).isEqualTo(2);
        assertThat(run("run", "--no-such-option")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"placement-example", "pre-dumps", "optimality-gap", "controller-outage", "unequal-hosts"})
    void a_committed_result_comes_out_again_byte_for_byte(String name) {
        int status = run("check", name);
        assumeThat(status).as("%s needs what is not here: %s%s", name, out, err).isNotEqualTo(3);
        assertThat(status).as(out.toString() + err).isZero();
        assertThat(out.toString()).contains(name + ": the same, byte for byte");
    }

    @Test
    void every_experiment_has_a_complete_committed_result() throws Exception {
        for (Experiment experiment : Catalog.all()) {
            Description description = experiment.description();
            assertThat(new ResultFolder(Path.of("../results"), description.name()).intactManifest())
                    .as(description.name())
                    .hasValueSatisfying(manifest -> {
                        assertThat(manifest.kind()).isEqualTo(description.kind().label());
                        assertThat(manifest.parameters().keySet())
                                .isEqualTo(description.parameters().keySet());
                    });
        }
    }

    @Test
    void every_committed_summary_is_what_its_committed_data_says_and_can_be_drawn() throws Exception {
        for (Experiment experiment : Catalog.all()) {
            Path folder = Path.of("../results").resolve(experiment.description().name());
            Table data = Table.parse(Files.readString(folder.resolve("data.csv")));
            Summary summary = experiment.summarize(data);
            assertThat(folder.resolve("summary.md"))
                    .content()
                    .contains(summary.answer())
                    .contains(summary.confidence());
            assertThat(experiment.plot(data).panels()).isNotEmpty();
        }
    }

    @Test
    void check_says_that_a_measured_result_is_not_checked() {
        assertThat(run("check", "decision-latency")).isZero();
        assertThat(out.toString()).isEqualTo("decision-latency: measured, not checked" + System.lineSeparator());
    }

    @Test
    void a_report_of_a_result_with_another_seed_says_that_it_is_old() throws Exception {
        Path page = temp.resolve("page.html");
        String[] report = {"report", "--results", temp.toString(), "--output", page.toString()};
        assertThat(run("run", "placement-example", "--results", temp.toString()))
                .isZero();
        assertThat(run(report)).isZero();
        assertThat(page).content().doesNotContain("have changed since");

        Path file = temp.resolve("placement-example/manifest.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\"seed\" ?: ?\\d+", "\"seed\": 99"));
        assertThat(run(report)).isZero();
        assertThat(page).content().contains("have changed since this result was made");
    }

    @Test
    void check_tells_when_the_bytes_differ() throws Exception {
        Path folder = Files.createDirectories(temp.resolve("placement-example"));
        Files.writeString(folder.resolve("data.csv"), "step\n");
        assertThat(run("check", "placement-example", "--results", temp.toString()))
                .isEqualTo(1);
        assertThat(out.toString()).contains("DIFFERENT: [data.csv, summary.md]");
    }

    @Test
    void check_of_all_says_what_it_could_not_check_and_that_not_all_is_well() throws Exception {
        Path home = Files.createDirectories(temp.resolve("home/experiments/src/main"));
        Files.createDirectories(home.resolve("java/org/livemigrate/experiments/data"));
        String results = temp.resolve("results").toString();
        System.setProperty("livemigrate.home", home.toString());
        try {
            assertThat(run("run", "placement-example", "optimality-gap", "--results", results))
                    .isZero();
            assertThat(run("check", "--all", "--results", results)).isEqualTo(3);
            assertThat(out.toString())
                    .contains("placement-example: the same, byte for byte")
                    .contains("initial-overhaul: not checked; it needs the PlanetLab CPU traces");

            Files.writeString(temp.resolve("results/optimality-gap/data.csv"), "fleet\n");
            assertThat(run("check", "--all", "--results", results)).isEqualTo(1);
        } finally {
            System.clearProperty("livemigrate.home");
        }
    }

    @Test
    void the_placement_example_is_the_reports_golden_case() {
        assertThat(run("run", "placement-example", "--results", temp.toString()))
                .isZero();
        assertThat(temp.resolve("placement-example/summary.md"))
                .content()
                .contains("makes 2 moves, which collapse into 1 migration (container c3 from v1 to v3)")
                .contains("from 90 / 68 / 50 % to 70 / 68 / 70 %");
    }

    @Test
    void the_report_holds_all_that_it_shows() throws Exception {
        assertThat(run("run", "placement-example", "--results", temp.toString()))
                .isZero();
        Path page = temp.resolve("page.html");
        assertThat(run("report", "--results", temp.toString(), "--output", page.toString()))
                .isZero();
        String html = Files.readString(page);
        assertThat(html)
                .contains("<svg role=\"img\"")
                .contains("container c3 from v1 to v3")
                .contains("prefers-color-scheme: dark")
                .contains("@media print")
                .contains("addEventListener(\"beforeprint\"")
                .contains("<details class=\"manifest\">")
                .contains("viewBox=\"0 0 1320 460\" style=\"min-width:924px\"")
                .doesNotContain("src=\"")
                .doesNotContain("<link")
                .doesNotContain("rgb(33,37,42)");
    }
}
