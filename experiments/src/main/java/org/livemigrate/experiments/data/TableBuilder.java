package org.livemigrate.experiments.data;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Collects the rows of a {@link Table}. */
public final class TableBuilder {
    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();

    TableBuilder(List<String> columns) {
        this.columns = columns;
    }

    /**
     * Adds an observation. Cells are texts, whole numbers, booleans, or decimals from {@link Decimals}; a bare
     * {@code double} is refused, because how it prints depends on the JDK.
     */
    public TableBuilder row(Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for the columns " + columns + ".");
        }
        List<String> row = new ArrayList<>(cells.length);
        for (Object cell : cells) {
            row.add(print(cell));
        }
        rows.add(List.copyOf(row));
        return this;
    }

    private static String print(Object cell) {
        if (cell instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (cell instanceof String || cell instanceof Integer || cell instanceof Long || cell instanceof Boolean) {
            return cell.toString();
        }
        throw new IllegalArgumentException("A cell must be a text, a whole number, a boolean or a decimal of a chosen"
                + " number of digits, not a " + cell.getClass().getSimpleName() + ".");
    }

    public Table build() {
        return new Table(columns, rows);
    }
}
