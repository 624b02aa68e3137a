package org.livemigrate.experiments.result;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The machine on which a result was made, without its name.
 *
 * @param processors that the JVM may use
 * @param processorModel as the kernel calls it
 * @param memoryBytes of the machine
 * @param os name, version and architecture
 */
public record Machine(int processors, String processorModel, long memoryBytes, String os) {
    /** This machine. */
    public static Machine here() {
        long memory = ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean detailed
                ? detailed.getTotalMemorySize()
                : 0;
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                processorModel(Path.of("/proc/cpuinfo")),
                memory,
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
    }

    private static String processorModel(Path cpuinfo) {
        try (Stream<String> lines = Files.lines(cpuinfo)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
