package org.livemigrate.experiments.plot;

import java.awt.Color;
import java.util.List;

/**
 * Colours that people with any of the usual colour vision deficiencies can tell apart: Okabe and Ito's set ("Color
 * Universal Design", 2008), without black, which is the ink.
 */
public final class Palette {
    /** Text, axes and reference lines; the report turns it into the page's own text colour. */
    public static final Color INK = new Color(0x21, 0x25, 0x2A);

    /** Grid lines. */
    public static final Color GRID = new Color(0xC9, 0xCD, 0xD2);

    /** Background; the report turns it into the page's own. */
    public static final Color PAPER = new Color(0xFF, 0xFF, 0xFE);

    public static final Color BLUE = new Color(0x00, 0x72, 0xB2);
    public static final Color ORANGE = new Color(0xE6, 0x9F, 0x00);
    public static final Color GREEN = new Color(0x00, 0x9E, 0x73);
    public static final Color VERMILLION = new Color(0xD5, 0x5E, 0x00);
    public static final Color SKY = new Color(0x56, 0xB4, 0xE9);
    public static final Color PURPLE = new Color(0xCC, 0x79, 0xA7);
    public static final Color YELLOW = new Color(0xF0, 0xE4, 0x42);

    private static final List<Color> SERIES = List.of(BLUE, ORANGE, GREEN, VERMILLION, SKY, PURPLE, YELLOW);

    private Palette() {}

    /** The colours of series, in order. */
    public static Color[] series() {
        return SERIES.toArray(Color[]::new);
    }
}
