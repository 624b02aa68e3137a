package org.livemigrate.experiments.plot;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/** Writes a figure as pixels and as vectors. */
public final class FigureWriter {
    /** Pixels per unit: sharp on dense displays and on paper. */
    private static final int SCALE = 2;

    private static final Pattern ID = Pattern.compile("id=\"(clip-?\\d+)\"");
    private static final Pattern USE = Pattern.compile("(id=\"|#)(clip-?\\d+)");
    private static final Pattern LONG_DECIMAL = Pattern.compile("-?\\d+\\.\\d{3,}");

    private FigureWriter() {}

    public static void writePng(Figure figure, Path file) throws IOException {
        BufferedImage image =
                new BufferedImage(figure.width() * SCALE, figure.height() * SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.scale(SCALE, SCALE);
        figure.paint(graphics);
        graphics.dispose();
        ImageIO.write(image, "png", file.toFile());
    }

    public static void writeSvg(Figure figure, Path file) throws IOException {
        VectorGraphics2D graphics = new VectorGraphics2D();
        figure.paint(graphics);
        ByteArrayOutputStream svg = new ByteArrayOutputStream();
        Processors.get("svg")
                .getDocument(graphics.getCommands(), new PageSize(0, 0, figure.width(), figure.height()))
                .writeTo(svg);
        Files.writeString(file, tidy(svg.toString(StandardCharsets.UTF_8)));
    }

    /**
     * Numbers the ids, which come from hash codes and would differ from run to run, and rounds coordinates to a
     * hundredth of a pixel: text is drawn as outlines, and their full precision doubles the size of the file.
     */
    static String tidy(String svg) {
        Map<String, String> ids = new LinkedHashMap<>();
        Matcher id = ID.matcher(svg);
        while (id.find()) {
            ids.putIfAbsent(id.group(1), "clip" + (ids.size() + 1));
        }
        String numbered =
                USE.matcher(svg).replaceAll(use -> use.group(1) + ids.getOrDefault(use.group(2), use.group(2)));
        return LONG_DECIMAL
                .matcher(numbered)
                .replaceAll(number -> new BigDecimal(number.group())
                        .setScale(2, RoundingMode.HALF_EVEN)
                        .toPlainString());
    }
}
