package org.livemigrate.scheduler.power;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Electric power of a host by its CPU load: eleven readings of SPECpower_ssj2008, at idle and each 10 % of load, and
 * straight lines between them. A load above one draws what full load draws.
 *
 * <p>Source of the tables: Beloglazov and Buyya, CCPE 24(13), 2012, table 1, from the results published at spec.org for
 * the HP ProLiant ML110 G4 (Xeon 3040) and G5 (Xeon 3075).
 */
public final class PowerModel {
    /** The host label that names its power model. */
    public static final String LABEL = "livemigrate.power-model";

    /** HP ProLiant ML110 G4, 1 × Xeon 3040, 2 cores at 1860 MHz. */
    public static final PowerModel ML110_G4 =
            new PowerModel("ml110-g4", 86, 89.4, 92.6, 96, 99.5, 102, 106, 108, 112, 114, 117);

    /** HP ProLiant ML110 G5, 1 × Xeon 3075, 2 cores at 2660 MHz. */
    public static final PowerModel ML110_G5 =
            new PowerModel("ml110-g5", 93.7, 97, 101, 105, 110, 116, 121, 125, 129, 133, 135);

    private static final Map<String, PowerModel> BY_NAME =
            new TreeMap<>(Map.of(ML110_G4.name, ML110_G4, ML110_G5.name, ML110_G5));

    private static final int STEPS = 10;

    /** Straight lines that a model is made of; the last one is that of all loads from one upwards. */
    public static final int LINES = STEPS + 1;

    private final String name;
    private final double[] watts;
    private final double[] slope;

    /** A model from eleven readings in watts: idle, 10 %, … 100 %. */
    public PowerModel(String name, double... watts) {
        if (watts.length != STEPS + 1 || Arrays.stream(watts).anyMatch(w -> !(w >= 0 && w < Double.MAX_VALUE))) {
            throw new IllegalArgumentException("The power model '" + name + "' needs " + (STEPS + 1)
                    + " readings of at least 0 watts (idle, 10 %, … 100 %), not " + Arrays.toString(watts) + ".");
        }
        this.name = name;
        this.watts = watts.clone();
        this.slope = new double[STEPS + 1];
        for (int i = 0; i < STEPS; i++) {
            slope[i] = watts[i + 1] - watts[i];
        }
    }

    /**
     * The model of that name.
     *
     * @throws IllegalArgumentException when there is none; the message lists those there are
     */
    public static PowerModel named(String name) {
        PowerModel model = BY_NAME.get(name);
        if (model == null) {
            throw new IllegalArgumentException(
                    "There is no power model '" + name + "'. Use one of: " + String.join(", ", BY_NAME.keySet()) + ".");
        }
        return model;
    }

    /** The model that a host's labels name; the ML110 G5 when they name none. */
    public static PowerModel of(Map<String, String> hostLabels) {
        String named = hostLabels.get(LABEL);
        return named == null ? ML110_G5 : named(named);
    }

    public String name() {
        return name;
    }

    /** Watts at a load of {@code demand / capacity}. */
    public double watts(long demand, long capacity) {
        return watts((double) demand / capacity);
    }

    /** Watts at a load, as a fraction; below 0 counts as 0, above 1 as 1. */
    public double watts(double load) {
        double at = load * STEPS;
        if (!(at > 0)) {
            return watts[0];
        }
        if (at >= STEPS) {
            return watts[STEPS];
        }
        int i = (int) at;
        return watts[i] + slope[i] * (at - i);
    }

    /** The number of the line that holds at this load, from 0. */
    public static int line(double load) {
        return (int) Math.max(0, Math.min(STEPS, load * STEPS));
    }

    /** Watts that one more of load draws on that line. */
    public double slope(int line) {
        return slope[line] * STEPS;
    }

    @Override
    public String toString() {
        return name;
    }
}
