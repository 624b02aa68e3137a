package org.livemigrate.experiments.experiment;

import java.util.Locale;

/** Where an experiment's numbers come from. Whatever is shown of it says so. */
public enum Kind {
    /** Timed or counted on a machine, whose description is part of the result. */
    MEASURED,
    /** Computed from a formula or by the code under study, without time passing. */
    MODELLED,
    /** Played through in virtual time. */
    SIMULATED;

    /** As manifests and tables write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the same code gives the same bytes on every machine. */
    public boolean isRepeatable() {
        return this != MEASURED;
    }
}
