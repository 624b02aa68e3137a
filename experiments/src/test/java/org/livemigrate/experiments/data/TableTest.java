package org.livemigrate.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void comes_back_from_text_as_it_was_written() {
        Table table = Table.with("name", "value")
                .row("a, \"quoted\"\nline", 1)
                .row("", Decimals.fixed(0.1 + 0.2, 3))
                .build();

        Table back = Table.parse(table.toCsv());

        assertThat(back.columns()).containsExactly("name", "value");
        assertThat(back.rows().map(r -> r.text("name"))).containsExactly("a, \"quoted\"\nline", "");
        assertThat(back.sum("value")).isEqualTo(1.3);
        assertThat(back.toCsv()).isEqualTo(table.toCsv()).endsWith("0.300\n");
    }

    @Test
    void refuses_a_bare_double_because_its_text_depends_on_the_jdk() {
        assertThatThrownBy(() -> Table.with("x").row(2.0E-3)).hasMessageContaining("Double");
    }

    @Test
    void refuses_a_row_of_another_width() {
        assertThatThrownBy(() -> Table.with("x", "y").row(1)).hasMessageContaining("1 cells");
        assertThatThrownBy(() -> Table.parse("x,y\n1,2\n3\n")).hasMessageContaining("Record 3 has 1 fields");
    }

    @Test
    void decimals_round_half_even_on_the_exact_binary_value() {
        assertThat(Decimals.text(0.125, 2)).isEqualTo("0.12");
        assertThat(Decimals.text(2.0E-3, 4)).isEqualTo("0.0020");
        assertThat(Decimals.text(-0.0001, 2)).isEqualTo("0.00");
        assertThat(Decimals.percent(0.705, 1)).isEqualTo("70.5 %");
        assertThat(Decimals.percentUp(0.0143, 1)).isEqualTo("1.5 %");
        assertThat(Decimals.percentUp(0, 1)).isEqualTo("0.0 %");
        assertThatThrownBy(() -> Decimals.fixed(Double.NaN, 1)).hasMessageContaining("NaN");
    }
}
