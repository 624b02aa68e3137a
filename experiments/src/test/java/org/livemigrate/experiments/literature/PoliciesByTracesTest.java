package org.livemigrate.experiments.literature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.data.TableBuilder;
import org.livemigrate.experiments.plot.Figure;
import org.livemigrate.scheduler.policy.Policies;

class PoliciesByTracesTest {

    @Test
    void cloudsims_slav_is_as_printed_and_its_esv_is_energy_times_that() {
        TableBuilder table = Table.with(PoliciesByTraces.COLUMNS.toArray(String[]::new));

        PoliciesByTraces.addCloudSim(table, Table.parse("""
                day,policy,parameter,energy_kWh,migrations,SLATAH_percent,PDM_percent,SLAV_percent,host_shutdowns
                20110303,thr,0.8,200,26711,4.91,0.06,0.00318,5885
                """));

        Table.Row row = table.build().only();
        assertThat(row.text("trace")).isEqualTo("PlanetLab");
        assertThat(row.text("policy")).isEqualTo("thr-mmt");
        assertThat(row.text("slatah_pooled_fraction")).isEqualTo("0.0491");
        assertThat(row.text("slav_pooled")).isEqualTo("0.0000318");
        assertThat(row.text("esv_pooled_kwh")).isEqualTo("0.00636000");
        // the paper's means over hosts and over VMs are not in what CloudSim prints
        assertThat(IntStream.range(0, PoliciesByTraces.COLUMNS.size())
                        .filter(k -> row.cells().get(k).isEmpty())
                        .mapToObj(PoliciesByTraces.COLUMNS::get))
                .containsExactly("slatah_fraction", "pdm_fraction", "slav", "esv_kwh", "run_digest");
    }

    /** Two traces on one day each: lr-mmt with half the energy of the others on the second, all the same on the first. */
    private static Table data() {
        TableBuilder table = Table.with(PoliciesByTraces.COLUMNS.toArray(String[]::new));
        for (String policy : Policies.names()) {
            for (String setting : List.of("memory ignored", "memory enforced", "CloudSim's ways", "CloudSim 4.0")) {
                add(table, "PlanetLab", setting, policy, 100);
            }
            add(table, "Bitbrains", "memory ignored", policy, policy.equals("lr-mmt") ? 20 : 40);
        }
        return table.build();
    }

    private static void add(TableBuilder table, String trace, String setting, String policy, int energy) {
        table.row(
                trace, "1", setting, policy, energy, 7, "0.1", "0.1", "0.1", "0.1", "0.01", "0.01", "0.001", "0.001", 3,
                "");
    }

    @Test
    void the_summary_tells_of_every_trace_and_of_cloudsim_only_where_it_has_values() {
        String answer = new PoliciesByTraces().summarize(data()).answer();

        assertThat(answer)
                .startsWith("lr-mmt uses less energy than thr-mmt in 1 of 4 settings")
                .contains("PlanetLab, CloudSim 4.0: 100.0, 7, 1.00 | 100.0, 7, 1.00")
                .contains("Bitbrains, memory ignored: 40.0, 7, 1.00 | 20.0, 7, 1.00")
                .contains("lr-mmt and thr-mmt (Bitbrains)")
                .doesNotContain("Bitbrains, CloudSim");
    }

    @Test
    void the_plot_has_a_column_for_each_trace() {
        Figure figure = new PoliciesByTraces().plot(data());

        assertThat(figure.columns()).isEqualTo(2);
        assertThat(figure.panels()).hasSize(12);
    }
}
