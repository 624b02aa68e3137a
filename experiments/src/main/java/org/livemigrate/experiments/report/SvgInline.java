package org.livemigrate.experiments.report;

import java.awt.Color;
import org.livemigrate.experiments.plot.Palette;

/**
 * Turns the text of a plot.svg into markup for a page: scales with it as far as its text stays legible, takes its colours,
 * keeps its ids to itself.
 */
final class SvgInline {
    /** Makes text of 13 pixels at least 9 high, and lets the widest plot fit the page; in a narrower window its box scrolls. */
    private static final double SMALLEST_SCALE = 0.7;

    private SvgInline() {}

    /**
     * @param name of the experiment, which makes ids unique among several plots in one page
     * @param description for those who do not see it
     */
    static String of(String svg, String name, String description) {
        int begin = svg.indexOf("<svg");
        if (begin < 0) {
            throw new IllegalArgumentException("The plot of '" + name + "' is no SVG. Run the experiment again.");
        }
        String root = svg.substring(begin, svg.indexOf('>', begin));
        String body = svg.substring(svg.indexOf('>', begin) + 1, svg.lastIndexOf("</svg>"));
        body = body.replace("id=\"", "id=\"" + name + "-")
                .replace("url(#", "url(#" + name + "-")
                .replace("xlink:href=\"#", "href=\"#" + name + "-");
        body = recolor(body, Palette.INK, "currentColor");
        body = recolor(body, Palette.PAPER, "var(--paper)");
        body = recolor(body, Palette.GRID, "var(--grid)");
        String viewBox = viewBox(root);
        long minimum = Math.round(SMALLEST_SCALE * Double.parseDouble(viewBox.split(" ")[2]));
        return "<svg role=\"img\" aria-label=\"" + Html.escape(description) + "\" viewBox=\"" + viewBox
                + "\" style=\"min-width:" + minimum + "px\">" + body + "</svg>";
    }

    private static String recolor(String svg, Color from, String to) {
        return svg.replace("rgb(" + from.getRed() + "," + from.getGreen() + "," + from.getBlue() + ")", to);
    }

    private static String viewBox(String root) {
        int begin = root.indexOf("viewBox=\"") + 9;
        return root.substring(begin, root.indexOf('"', begin));
    }
}
