package org.livemigrate.scheduler.literature;

import java.util.ArrayList;
import java.util.List;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.power.PowerModel;

/**
 * The straight lines of the power models of a fleet, told apart by capacity: on each of them a millicore more draws the
 * same. From the line that a host is on follows what a container would draw there.
 */
final class PowerLines {
    private record Machine(PowerModel power, long capacity) {}

    private final List<Machine> machines = new ArrayList<>();
    private final int[] firstLine;

    PowerLines(ClusterSnapshot snapshot, HostKinds kinds) {
        firstLine = new int[snapshot.hostCount()];
        for (int h = 0; h < firstLine.length; h++) {
            firstLine[h] = PowerModel.LINES * machine(kinds.powerOf(h), snapshot.capacityMillicores(h));
        }
    }

    private int machine(PowerModel power, long capacity) {
        for (int m = 0; m < machines.size(); m++) {
            Machine machine = machines.get(m);
            if (machine.power == power && machine.capacity == capacity) {
                return m;
            }
        }
        machines.add(new Machine(power, capacity));
        return machines.size() - 1;
    }

    int count() {
        return machines.size() * PowerModel.LINES;
    }

    /** The line that the host is on at that load, a fraction. */
    int of(int host, double load) {
        return firstLine[host] + PowerModel.line(load);
    }

    /** Watts for a millicore more on this line and on those above it, which follow when it ends. */
    double[] slopesFrom(int line) {
        Machine machine = machine(line);
        double[] slopes = new double[PowerModel.LINES - line % PowerModel.LINES];
        for (int l = 0; l < slopes.length; l++) {
            slopes[l] = machine.power.slope(line % PowerModel.LINES + l) / machine.capacity;
        }
        return slopes;
    }

    /** How many millicores the lines above this one are long, but for the last. */
    double length(int line) {
        return (double) machine(line).capacity / (PowerModel.LINES - 1);
    }

    PowerModel power(int line) {
        return machine(line).power;
    }

    long capacity(int line) {
        return machine(line).capacity;
    }

    private Machine machine(int line) {
        return machines.get(line / PowerModel.LINES);
    }
}
