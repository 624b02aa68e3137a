package org.livemigrate.experiments.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;

class FigureWriterTest {
    @TempDir
    private Path temp;

    private static Figure figure() {
        XYChart chart = Charts.lines("title", "x [s]", "y [1]");
        chart.addSeries("a", new double[] {1, 2}, new double[] {3, 4});
        return new Figure("a line", List.of(chart, chart, chart), 2, 300, 200);
    }

    @Test
    void png_has_the_grids_size_at_double_density() throws Exception {
        Path file = temp.resolve("plot.png");
        FigureWriter.writePng(figure(), file);
        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isEqualTo(1200);
        assertThat(image.getHeight()).isEqualTo(800);
    }

    @Test
    void svg_is_the_same_each_time_and_needs_no_font() throws Exception {
        Path one = temp.resolve("one.svg");
        Path two = temp.resolve("two.svg");
        FigureWriter.writeSvg(figure(), one);
        FigureWriter.writeSvg(figure(), two);
        assertThat(Files.readString(one))
                .isEqualTo(Files.readString(two))
                .contains("viewBox=\"0 0 600 400\"")
                .doesNotContain("<text");
    }

    @Test
    void tidy_numbers_ids_and_rounds_coordinates() {
        assertThat(FigureWriter.tidy("<clipPath id=\"clip-77\"/><g clip-path=\"url(#clip-77)\" d=\"M1.23456,-7.5\"/>"))
                .isEqualTo("<clipPath id=\"clip1\"/><g clip-path=\"url(#clip1)\" d=\"M1.23,-7.5\"/>");
    }
}
