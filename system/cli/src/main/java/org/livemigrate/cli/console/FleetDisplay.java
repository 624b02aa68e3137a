package org.livemigrate.cli.console;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.migration.MigrationView;

/**
 * Shows a fleet while it changes: on a terminal a table with bars that is redrawn in place, elsewhere one plain line
 * for each change worth telling.
 */
public final class FleetDisplay {

    private static final int BAR_WIDTH = 30;

    private final PrintStream out;
    private final boolean terminal;
    private int linesDrawn;
    private String lastPlain = "";

    public FleetDisplay(PrintStream out) {
        this.out = out;
        this.terminal = Boolean.getBoolean("livemigrate.terminal");
    }

    /** Draws the fleet. */
    public void show(String title, List<NodeView> nodes, double target, List<MigrationView> running) {
        if (terminal) {
            redraw(title, nodes, target, running);
        } else {
            String plain = plain(nodes, running);
            if (!plain.equals(lastPlain)) {
                out.println(plain);
                out.flush();
                lastPlain = plain;
            }
        }
    }

    /** What is drawn so far stays; what follows is written below it. */
    public void settle() {
        linesDrawn = 0;
    }

    private void redraw(String title, List<NodeView> nodes, double target, List<MigrationView> running) {
        List<String> lines = new ArrayList<>();
        lines.add(title);
        for (String line : table(nodes, target).split("\n")) {
            lines.add(line);
        }
        for (MigrationView migration : running) {
            lines.add("  moving " + migration.name() + ": " + migration.from() + " -> " + migration.to() + "  ["
                    + migration.phase() + "]");
        }
        StringBuilder frame = new StringBuilder();
        if (linesDrawn > 0) {
            frame.append("\u001b[").append(linesDrawn).append("A");
        }
        for (String line : lines) {
            frame.append("\u001b[2K").append(line).append('\n');
        }
        // a shorter frame than the last: wipe what is left of it below
        frame.append("\u001b[J");
        out.print(frame);
        out.flush();
        linesDrawn = lines.size();
    }

    /** The nodes as a table for people, loads in percent with a bar; the target is marked in it. */
    public static String table(List<NodeView> nodes, double target) {
        return AsciiTable.builder()
                .border(AsciiTable.NO_BORDERS)
                .data(
                        nodes,
                        List.of(
                                new Column()
                                        .header("node")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .with(n -> n.facts().id()),
                                new Column()
                                        .header("state")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .with(NodeView::state),
                                new Column()
                                        .header("load")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .with(n -> bar(n.load(), target)),
                                new Column().header("").with(n -> percent(n.load())),
                                new Column()
                                        .header("CPU [millicores]")
                                        .with(n -> n.usedMillicores() + " / "
                                                + n.facts().capacityMillicores()),
                                new Column().header("containers").with(n -> Integer.toString(n.containers()))))
                .asString();
    }

    private static String bar(double load, double target) {
        int filled = (int) Math.round(Math.min(1, Math.max(0, load)) * BAR_WIDTH);
        int mark = (int) Math.round(target * BAR_WIDTH);
        StringBuilder bar = new StringBuilder();
        for (int i = 0; i < BAR_WIDTH; i++) {
            bar.append(i == mark ? '|' : i < filled ? '#' : '.');
        }
        return bar.toString();
    }

    private static String plain(List<NodeView> nodes, List<MigrationView> running) {
        StringBuilder line = new StringBuilder();
        for (NodeView node : nodes) {
            line.append(line.length() == 0 ? "" : "  ")
                    .append(node.facts().id())
                    .append(' ')
                    .append(percent(node.load()))
                    .append(" (")
                    .append(node.containers())
                    .append(')');
        }
        for (MigrationView migration : running) {
            line.append("  [")
                    .append(migration.name())
                    .append(": ")
                    .append(migration.phase())
                    .append(']');
        }
        return line.toString();
    }

    /** A fraction as people read it. */
    public static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.0f %%", fraction * 100);
    }
}
