package org.livemigrate.experiments.data;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tidy data: one observation per row, one variable per column, the unit in the column's name. */
public final class Table {
    private final List<String> columns;
    private final List<List<String>> rows;

    Table(List<String> columns, List<List<String>> rows) {
        this.columns = List.copyOf(columns);
        this.rows = List.copyOf(rows);
    }

    /** Collects rows. */
    public static TableBuilder with(String... columns) {
        return new TableBuilder(List.of(columns));
    }

    /**
     * Reads what {@link #toCsv()} wrote.
     *
     * @throws RuntimeException when a row has not as many cells as the header; the message names it
     */
    public static Table parse(String csv) {
        try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(csv)) {
            Iterator<CsvRecord> records = reader.iterator();
            if (!records.hasNext()) {
                throw new IllegalArgumentException("The data has no header.");
            }
            List<String> header = List.copyOf(records.next().getFields());
            List<List<String>> rows = new ArrayList<>();
            while (records.hasNext()) {
                rows.add(List.copyOf(records.next().getFields()));
            }
            return new Table(header, rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Comma-separated, with a header, lines ending in a line feed. */
    public String toCsv() {
        StringWriter text = new StringWriter();
        try (CsvWriter writer =
                CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            writer.writeRecord(columns);
            rows.forEach(writer::writeRecord);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    public List<String> columns() {
        return columns;
    }

    public int size() {
        return rows.size();
    }

    public Stream<Row> rows() {
        return rows.stream().map(Row::new);
    }

    /** The rows whose cell is that text. */
    public Table where(String column, String value) {
        return where(row -> row.text(column).equals(value));
    }

    /** The rows that pass. */
    public Table where(Predicate<Row> filter) {
        return new Table(columns, rows().filter(filter).map(r -> r.cells).collect(Collectors.toList()));
    }

    /** The different texts of a column, in order of appearance. */
    public List<String> distinct(String column) {
        return rows().map(r -> r.text(column)).distinct().toList();
    }

    /** A column as numbers. */
    public double[] numbers(String column) {
        return rows().mapToDouble(r -> r.number(column)).toArray();
    }

    /** Sum of a column. */
    public double sum(String column) {
        return rows().mapToDouble(r -> r.number(column)).sum();
    }

    /** Mean of a column. */
    public double mean(String column) {
        return rows().mapToDouble(r -> r.number(column)).average().orElseThrow();
    }

    /** The only row. */
    public Row only() {
        if (rows.size() != 1) {
            throw new IllegalStateException("One row was expected, there are " + rows.size() + ".");
        }
        return new Row(rows.get(0));
    }

    /** One observation. */
    public final class Row {
        private final List<String> cells;

        private Row(List<String> cells) {
            this.cells = cells;
        }

        public String text(String column) {
            int k = columns.indexOf(column);
            if (k < 0) {
                throw new IllegalArgumentException("No column '" + column + "'; there are " + columns + ".");
            }
            return cells.get(k);
        }

        public double number(String column) {
            return Double.parseDouble(text(column));
        }

        public long whole(String column) {
            return Long.parseLong(text(column));
        }

        public List<String> cells() {
            return cells;
        }
    }
}
