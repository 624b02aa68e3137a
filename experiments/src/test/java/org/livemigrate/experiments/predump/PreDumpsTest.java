package org.livemigrate.experiments.predump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.experiments.RunIn;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.experiment.Input;

class PreDumpsTest {
    private final PreDumps experiment = new PreDumps();

    @TempDir
    private Path home;

    /** A migration by podman that rewrites 1 % a second, or by live with its own rule. */
    private static String row(String engine, int rounds, double downtimeMs, long totalMs) {
        String round = "{'round':1,'ms':1,'bytes':1}";
        return ("{'key':'k','workload':'dirty:256M@1%%','engine':'%s','rounds':%d,'delayMs':1000,'compression':'none','lab':'vm',"
                        + "%s'repeat':1,'warmup':false,'startedAt':'2026-01-01T00:00:00Z','outcome':'committed',"
                        + "'downtimeFeltMs':%s,'totalMs':%d,'bytesWritten':1,'roundsDetail':[%s]}\n")
                .formatted(
                        engine,
                        rounds,
                        engine.equals("live") ? "'downtimeBudgetMs':250," : "",
                        downtimeMs,
                        totalMs,
                        String.join(",", Collections.nCopies(rounds, round)))
                .replace('\'', '"');
    }

    /** The experiment's data with those rows as the only measured ones. */
    private Table data(String rows) throws IOException {
        for (Input input : experiment.description().inputs()) {
            Path file = home.resolve(input.path());
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
        }
        Files.writeString(home.resolve("results/migrations-vm/rows.jsonl"), rows);
        calibration("calibration", 10_000_000);
        calibration("calibration-live", 100_000_000);
        return Table.parse(experiment.run(new RunIn(home)).toCsv());
    }

    private void calibration(String file, long storeBytesPerSecond) throws IOException {
        Files.writeString(
                home.resolve("results/migrations-vm/" + file + ".json"),
                ("{'storeBytesPerSecond':%d,'restoreBytesPerSecond':100000000,'freezeFixedMs':1000,'restoreFixedMs':2000,"
                                + "'setupFixedMs':0,'roundBytesPerSecond':%d,'roundFixedMs':0,"
                                + "'dirtyBytesPerCpuSecond':2.0E7,'workingSetFraction':0.25,'degradation':0.1,"
                                + "'sourceOverheadMillicores':100,'targetOverheadMillicores':100,'lazyRestore':false,"
                                + "'fittedFrom':'a lab'}")
                        .formatted(storeBytesPerSecond, storeBytesPerSecond)
                        .replace('\'', '"'));
    }

    private static Table.Row modelled(Table data, String engine, int percent, int rounds) {
        return data.where("source", "modelled")
                .where("engine", engine)
                .where("rewritten_percent_per_s", Integer.toString(percent))
                .where("rule", "fixed")
                .where("rounds_allowed", Integer.toString(rounds))
                .only();
    }

    @Test
    void the_curves_have_what_was_fitted_to_each_engine() throws Exception {
        Table data = data("");

        // 268,435,456 bytes into a store of 10 and of 100 MB/s, out at 100 MB/s, and 3 s whatever the size
        assertThat(modelled(data, "podman", 1, 0).text("downtime_ms")).isEqualTo("32527.9");
        assertThat(modelled(data, "live", 1, 0).text("downtime_ms")).isEqualTo("8368.7");
        // a round of 2.68 s, in which a hundredth a second is rewritten
        assertThat(modelled(data, "live", 1, 1).text("downtime_ms")).isEqualTo("5756.4");
        assertThat(modelled(data, "podman", 1, 1).text("calibration"))
                .isEqualTo("results/migrations-vm/calibration.json");
    }

    @Test
    void tells_the_best_number_of_rounds_and_what_ten_cost_beside_it() throws Exception {
        String answer = experiment
                .summarize(data(row("podman", 0, 30_000, 40_000)
                        + row("podman", 1, 20_500, 50_000)
                        + row("podman", 2, 20_000, 60_000)
                        + row("podman", 10, 25_000, 160_000)
                        + row("live", 2, 5_000, 37_000)))
                .answer();

        assertThat(answer)
                .as("one round is within 5 % of the least, and needs fewer than two")
                .contains(
                        "Ten is the right number at 0 of 1 dirty rates",
                        "the least downtime (within 5 %) takes 1 rounds")
                .contains("the least total time 0", "ten cost 25 % more downtime and 300 % more time")
                .contains("stopped, measured, after 2 (dirty:256M@1%: 5.0 s felt, 37.0 s in all)");
    }

    @Test
    void says_so_when_ten_is_the_best() throws Exception {
        assertThat(experiment
                        .summarize(data(row("podman", 0, 30_000, 40_000) + row("podman", 10, 20_000, 160_000)))
                        .answer())
                .contains("Ten is the right number at 1 of 1 dirty rates", "takes 10 rounds");
    }

    @Test
    void says_what_is_not_measured_and_still_draws_the_model() throws Exception {
        Table data = data("");

        assertThat(experiment.summarize(data).answer())
                .contains("No dirty rate is measured with podman both without and with ten pre-dumps")
                .contains("no migration that live's rule ended is measured")
                .contains("modelled for live");
        assertThat(experiment.summarize(data).confidence()).contains("nothing is measured there");
        assertThat(experiment.plot(data).panels()).hasSize(4);
    }
}
