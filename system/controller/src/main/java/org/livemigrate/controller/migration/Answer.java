package org.livemigrate.controller.migration;

import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.migration.ClaimView;
import org.livemigrate.protocol.migration.StepResult;

/** What came of a question to an agent. */
sealed interface Answer {

    /**
     * DESCRIBE: the container as the source's runtime sees it.
     *
     * @param newestEpoch that either host or the store knows of for the container
     */
    record Described(ContainerFacts facts, long newestEpoch) implements Answer {}

    /** The step was done. */
    record Done(StepResult result) implements Answer {}

    /** Who has won the claim. */
    record ClaimRead(ClaimView claim) implements Answer {}

    /** The agent answered that it did not do it, and why. */
    record Refused(Problem problem) implements Answer {}

    /**
     * No answer for as long as the stage has patience. The agent may have done it, be doing it, or never have heard of
     * it.
     *
     * @param detail what was seen last
     */
    record Silence(String detail) implements Answer {}
}
