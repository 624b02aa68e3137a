package org.livemigrate.experiments.literature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.data.TableBuilder;

class PoliciesByTracesTest {

    @Test
    void cloudsims_slav_is_as_printed_and_its_esv_is_energy_times_that() {
        TableBuilder table = Table.with(PoliciesByTraces.COLUMNS.toArray(String[]::new));

        PoliciesByTraces.addCloudSim(table, Table.parse("""
                day,policy,parameter,energy_kWh,migrations,SLATAH_percent,PDM_percent,SLAV_percent,host_shutdowns
                20110303,thr,0.8,200,26711,4.91,0.06,0.00318,5885
                """));

        Table.Row row = table.build().only();
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
}
