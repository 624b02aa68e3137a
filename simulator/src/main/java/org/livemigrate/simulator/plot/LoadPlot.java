package org.livemigrate.simulator.plot;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Load over time, with the target and the migrations marked, as pixels and as vectors. */
public final class LoadPlot {
    private static final int WIDTH = 1100;
    private static final int HEIGHT = 480;

    /** Pixels per unit: sharp on dense displays. */
    private static final int SCALE = 2;

    /** Okabe and Ito's colours, which also the colour-blind tell apart. */
    private static final Color[] COLOURS = {
        new Color(0x0072B2),
        new Color(0xE69F00),
        new Color(0x009E73),
        new Color(0xCC79A7),
        new Color(0x56B4E9),
        new Color(0xD55E00),
        new Color(0xF0E442),
        new Color(0x999999)
    };

    private static final Color INK = new Color(0x222222);
    private static final float[] DASHES = {6, 4};

    private final XYChart chart;

    /**
     * @param target of the policy, a fraction
     */
    public LoadPlot(String title, LoadOverTime run, double target) {
        System.setProperty("java.awt.headless", "true");
        chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("hours")
                .yAxisTitle("load, % of capacity")
                .build();
        style();
        List<LoadOverTime.Point> points = run.points();
        double[] hours = points.stream().mapToDouble(LoadOverTime.Point::hours).toArray();
        String[] hosts = run.hosts();
        double highest = 100 * target;
        for (int h = 0; h < hosts.length; h++) {
            int host = h;
            double[] loads =
                    points.stream().mapToDouble(p -> 100 * p.loads()[host]).toArray();
            highest = Math.max(highest, Arrays.stream(loads).max().orElse(0));
            line(hosts[h], hours, loads, COLOURS[h % COLOURS.length], new BasicStroke(1.4f));
        }
        if (hosts.length == 1) {
            double[] means = points.stream().mapToDouble(p -> 100 * p.mean()).toArray();
            line("all hosts in use", hours, means, COLOURS[2], new BasicStroke(2f));
        }
        double[] ends = {hours[0], hours[hours.length - 1]};
        BasicStroke dashed = new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 10, DASHES, 0);
        line("target", ends, new double[] {100 * target, 100 * target}, INK, dashed);
        double[] moves = run.migrations();
        if (moves.length > 0) {
            double[] high = new double[moves.length];
            Arrays.fill(high, highest * 1.06); // in a row of their own above the lines
            XYSeries marks = chart.addSeries("migration (" + moves.length + ")", moves, high);
            marks.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            marks.setMarker(SeriesMarkers.TRIANGLE_DOWN);
            marks.setMarkerColor(INK);
        }
    }

    private void line(String name, double[] x, double[] y, Color colour, BasicStroke stroke) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(colour);
        series.setLineStyle(stroke);
    }

    private void style() {
        XYStyler style = chart.getStyler();
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotBackgroundColor(Color.WHITE);
        style.setPlotBorderVisible(false);
        style.setPlotGridLinesColor(new Color(0xDDDDDD));
        style.setPlotGridVerticalLinesVisible(false);
        style.setLegendPosition(LegendPosition.OutsideE);
        style.setLegendBorderColor(Color.WHITE);
        style.setChartTitleBoxVisible(false);
        style.setMarkerSize(6);
        style.setYAxisMin(0.0);
        style.setLocale(Locale.ROOT);
    }

    public void writePng(OutputStream out) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH * SCALE, HEIGHT * SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.scale(SCALE, SCALE);
        chart.paint(graphics, WIDTH, HEIGHT);
        graphics.dispose();
        ImageIO.write(image, "png", out);
    }

    public void writeSvg(OutputStream out) throws IOException {
        VectorGraphics2D graphics = new VectorGraphics2D();
        chart.paint(graphics, WIDTH, HEIGHT);
        Processors.get("svg")
                .getDocument(graphics.getCommands(), new PageSize(0, 0, WIDTH, HEIGHT))
                .writeTo(out);
    }
}
