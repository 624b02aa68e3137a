package org.livemigrate.experiments.plot;

import java.awt.Font;
import java.awt.FontFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The one font of all plots. It comes with the program, so that a plot looks the same on every machine. */
public final class Fonts {
    private static final String FILE = "DejaVuSans.ttf";
    private static final Font BASE = load();

    private Fonts() {}

    /** DejaVu Sans in that size. */
    public static Font size(float points) {
        return BASE.deriveFont(points);
    }

    private static Font load() {
        try (InputStream file = Fonts.class.getResourceAsStream(FILE)) {
            return Font.createFont(Font.TRUETYPE_FONT, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (FontFormatException e) {
            throw new IllegalStateException(FILE + " beside the classes is no font.", e);
        }
    }
}
