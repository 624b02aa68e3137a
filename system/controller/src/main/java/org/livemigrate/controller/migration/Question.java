package org.livemigrate.controller.migration;

import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;

/** What an agent is asked. Each may be repeated without harm. */
sealed interface Question {

    String host();

    /** For people: "freeze on v1". */
    default String describe() {
        String what = this instanceof Step step ? step.step().word() : this instanceof Claim ? "claim" : "container";
        return what + " on " + host();
    }

    /** The container on its host, and the newest epoch that this host, the target and the store know of. */
    record Describe(String host, String target, String container) implements Question {}

    record Step(String host, MigrationStep step, StepRequest request) implements Question {}

    record Claim(String host, String container, long epoch) implements Question {}
}
