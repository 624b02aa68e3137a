package org.livemigrate.experiments.result;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.chocosolver.solver.Model;
import org.knowm.xchart.XYChart;
import tools.jackson.databind.ObjectMapper;

/** What ran, by version: Java, and the libraries that solve, draw at random, read and write, and plot. */
public final class Versions {
    private Versions() {}

    /** The versions in this JVM. */
    public static Map<String, String> here() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("java", System.getProperty("java.runtime.version"));
        versions.put("vm", System.getProperty("java.vm.name"));
        versions.put("choco-solver", jarOf(Model.class));
        versions.put("commons-math", jarOf(RandomGenerator.class));
        versions.put("jackson", jarOf(ObjectMapper.class));
        versions.put("xchart", jarOf(XYChart.class));
        versions.put("vectorgraphics2d", jarOf(VectorGraphics2D.class));
        versions.put("fastcsv", jarOf(CsvWriter.class));
        return versions;
    }

    /** The jar's file name: it carries the version, which not every manifest does. */
    private static String jarOf(Class<?> type) {
        String place = type.getProtectionDomain().getCodeSource().getLocation().getPath();
        return place.substring(place.lastIndexOf('/') + 1);
    }
}
