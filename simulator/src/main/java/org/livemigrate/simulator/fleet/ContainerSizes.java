package org.livemigrate.simulator.fleet;

import java.util.ArrayList;
import java.util.List;
import org.livemigrate.simulator.trace.Series;

/**
 * Sizes for containers whose trace does not give them: equal shares of the list, in the order of names.
 *
 * @param classes the first quarter (of four classes) gets the first, and so on
 */
public record ContainerSizes(List<Size> classes) {

    /** What 100 % of its samples means, and its memory. */
    public record Size(long cpuMillicores, long memoryBytes) {
        public Size {
            if (cpuMillicores <= 0 || memoryBytes < 0) {
                throw new IllegalArgumentException("a container of " + cpuMillicores + " millicores and " + memoryBytes
                        + " bytes: CPU must be above 0, memory not below");
            }
        }
    }

    public ContainerSizes {
        classes = List.copyOf(classes);
        if (classes.isEmpty()) {
            throw new IllegalArgumentException("at least one container size is needed");
        }
    }

    /** The size of every series: its own where the trace gives it, its class's otherwise. */
    public List<Size> of(List<Series> series) {
        int share = (series.size() + classes.size() - 1) / classes.size();
        List<Size> sizes = new ArrayList<>(series.size());
        for (int i = 0; i < series.size(); i++) {
            Size byClass = classes.get(i / share);
            Series own = series.get(i);
            sizes.add(
                    own.cpuMillicores() == 0 && own.memoryBytes() == 0
                            ? byClass
                            : new Size(
                                    own.cpuMillicores() > 0 ? own.cpuMillicores() : byClass.cpuMillicores(),
                                    own.memoryBytes() > 0 ? own.memoryBytes() : byClass.memoryBytes()));
        }
        return sizes;
    }
}
