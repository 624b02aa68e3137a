package org.livemigrate.experiments.plot;

import java.awt.BasicStroke;
import java.util.Locale;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.AxesChart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts in the one style: our font and colours, a light grid, the legend outside of the data. */
public final class Charts {
    private static final float TEXT = 13f;
    private static final float TITLE = 15f;

    private static final String PLAIN = "#,##0.######";
    private static final BasicStroke DASHED =
            new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 10, new float[] {6, 4}, 0);

    private Charts() {}

    /** Bars by category. */
    public static CategoryChart bars(String title, String xTitle, String yTitle) {
        CategoryChart chart = new CategoryChartBuilder()
                .title(title)
                .xAxisTitle(xTitle)
                .yAxisTitle(yTitle)
                .build();
        style(chart.getStyler());
        chart.getStyler().setAvailableSpaceFill(0.7).setYAxisDecimalPattern(PLAIN);
        return chart;
    }

    /** Lines or points over two numeric axes. */
    public static XYChart lines(String title, String xTitle, String yTitle) {
        XYChart chart = new XYChartBuilder()
                .title(title)
                .xAxisTitle(xTitle)
                .yAxisTitle(yTitle)
                .build();
        style(chart.getStyler());
        chart.getStyler().setMarkerSize(8);
        return chart;
    }

    /** A dashed line across bars at that height, which has to be within the axis. */
    public static void level(CategoryChart chart, double y) {
        chart.addAnnotation(new AnnotationLine(y, false, false));
    }

    /** A dashed line across a chart at that height, as a series of its own: the axis makes room for it. */
    public static void level(XYChart chart, String label, double fromX, double toX, double y) {
        reference(chart, label, new double[] {fromX, toX}, new double[] {y, y});
    }

    /** Points without a line, in ink, on top of the series before. */
    public static void points(XYChart chart, String label, double[] x, double[] y) {
        XYSeries points = chart.addSeries(label, x, y);
        points.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        points.setMarker(SeriesMarkers.CROSS);
        points.setMarkerColor(Palette.INK);
    }

    /** A dashed line in ink, something known behind the series before. */
    public static void reference(XYChart chart, String label, double[] x, double[] y) {
        XYSeries line = chart.addSeries(label, x, y);
        line.setMarker(SeriesMarkers.NONE);
        line.setLineColor(Palette.INK);
        line.setLineStyle(DASHED);
    }

    /** Powers of ten, written out. */
    public static void logarithmic(XYChart chart, boolean x, boolean y) {
        chart.getStyler().setXAxisLogarithmic(x).setYAxisLogarithmic(y);
        chart.getStyler().setXAxisDecimalPattern(PLAIN).setYAxisDecimalPattern(PLAIN);
    }

    /** Values from 0 on, the legend below. */
    public static void fromZero(XYChart chart) {
        chart.getStyler().setYAxisMin(0.0);
        legendBelow(chart);
    }

    /** The legend below the plot, in one row. */
    public static void legendBelow(AxesChart<?, ?> chart) {
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS).setLegendLayout(LegendLayout.Horizontal);
    }

    private static void style(AxesChartStyler styler) {
        styler.setBaseFont(Fonts.size(TEXT))
                .setChartTitleFont(Fonts.size(TITLE))
                .setLegendFont(Fonts.size(TEXT))
                .setAnnotationTextFont(Fonts.size(TEXT))
                .setAnnotationTextFontColor(Palette.INK)
                .setAnnotationLineColor(Palette.INK)
                .setAnnotationLineStroke(DASHED)
                .setChartBackgroundColor(Palette.PAPER)
                .setPlotBackgroundColor(Palette.PAPER)
                .setChartFontColor(Palette.INK)
                .setChartTitleBoxVisible(false)
                .setPlotBorderVisible(false)
                .setLegendBorderColor(Palette.PAPER)
                .setLegendBackgroundColor(Palette.PAPER)
                .setLegendPosition(LegendPosition.OutsideE)
                .setSeriesColors(Palette.series())
                .setSeriesMarkers(new Marker[] {
                    SeriesMarkers.CIRCLE,
                    SeriesMarkers.SQUARE,
                    SeriesMarkers.DIAMOND,
                    SeriesMarkers.TRIANGLE_UP,
                    SeriesMarkers.TRIANGLE_DOWN,
                    SeriesMarkers.TRAPEZOID,
                    SeriesMarkers.OVAL
                })
                .setLocale(Locale.ROOT);
        styler.setAxisTickLabelsFont(Fonts.size(TEXT))
                .setAxisTitleFont(Fonts.size(TEXT))
                .setAxisTickLabelsColor(Palette.INK)
                .setAxisTickMarksColor(Palette.INK)
                .setPlotGridLinesColor(Palette.GRID)
                .setPlotGridVerticalLinesVisible(false);
    }
}
