package org.livemigrate.experiments.result;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** What ran, by version. */
public final class Versions {
    private Versions() {}

    /** The versions in this JVM. */
    public static Map<String, String> here() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("java", System.getProperty("java.runtime.version"));
        versions.put("vm", System.getProperty("java.vm.name"));
        versions.put("xchart", jarOf(XYChart.class));
        versions.put("fastcsv", jarOf(CsvWriter.class));
        return versions;
    }

    /** The jar's file name: it carries the version, which not every manifest does. */
    private static String jarOf(Class<?> type) {
        String place = type.getProtectionDomain().getCodeSource().getLocation().getPath();
        return place.substring(place.lastIndexOf('/') + 1);
    }
}
