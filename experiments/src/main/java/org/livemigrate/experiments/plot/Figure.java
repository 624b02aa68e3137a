package org.livemigrate.experiments.plot;

import java.awt.Graphics2D;
import java.util.List;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * Charts side by side, in rows.
 *
 * @param description what is to be seen, for those who cannot see it
 * @param panels in reading order
 * @param columns panels per row
 * @param panelWidth in pixels
 * @param panelHeight in pixels
 */
public record Figure(
        String description, List<? extends Chart<?, ?>> panels, int columns, int panelWidth, int panelHeight) {
    public Figure {
        panels = List.copyOf(panels);
    }

    public int width() {
        return panelWidth * Math.min(columns, panels.size());
    }

    public int height() {
        return panelHeight * ((panels.size() + columns - 1) / columns);
    }

    void paint(Graphics2D graphics) {
        graphics.setColor(Palette.PAPER);
        graphics.fillRect(0, 0, width(), height());
        for (int k = 0; k < panels.size(); k++) {
            int x = k % columns * panelWidth;
            int y = k / columns * panelHeight;
            graphics.translate(x, y);
            panels.get(k).paint(graphics, panelWidth, panelHeight);
            graphics.translate(-x, -y);
        }
    }
}
