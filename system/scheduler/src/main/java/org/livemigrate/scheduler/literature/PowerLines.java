package org.livemigrate.scheduler.literature;

import java.util.ArrayList;
import java.util.List;
import org.livemigrate.scheduler.power.PowerModel;

/**
 * The straight lines of the power models of a fleet, told apart by capacity: on each of them a millicore more draws the
 * same. From the line that a host is on follows what a container would draw there.
 */
final class PowerLines {
    private record Machine(PowerModel power, long capacity) {}

    private final List<Machine> machines = new ArrayList<>();
    private final HostKinds kinds;
    private final int[] firstLineOfKind;

    PowerLines(HostKinds kinds) {
        this.kinds = kinds;
        firstLineOfKind = new int[kinds.count()];
        for (int k = 0; k < firstLineOfKind.length; k++) {
            firstLineOfKind[k] = PowerModel.LINES * machine(kinds.power(k), kinds.capacity(k));
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
        return firstLineOfKind[kinds.of(host)] + PowerModel.line(load);
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

    /** The greatest demand up to which a millicore more draws what it does on this line, in millicores. */
    long end(int line) {
        Machine machine = machine(line);
        int at = line % PowerModel.LINES;
        double slope = machine.power.slope(at);
        while (at < PowerModel.LINES && machine.power.slope(at) == slope) {
            at++;
        }
        return at == PowerModel.LINES ? Long.MAX_VALUE : machine.capacity * at / (PowerModel.LINES - 1);
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
