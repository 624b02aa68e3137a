package org.livemigrate.controller.migration;

import java.util.EnumSet;
import java.util.Set;

/**
 * What is being asked for in a migration. A stage is journalled before its question is sent, so a stage that is found
 * in the journal may or may not have reached the agent; every question may be repeated.
 */
public enum Stage {
    /** Accepted, waits for its turn. */
    QUEUED("queued"),
    /** Source: what is this container? */
    DESCRIBE("prepare"),
    /** Target: PREPARE. */
    PREPARE("prepare"),
    /** Source: PRECOPY. */
    PRECOPY("precopy"),
    /** Target: ARM. The container still runs at the source. */
    ARM("arm"),
    /** Source: FREEZE. From here on the container may stand still. */
    FREEZE("freeze"),
    /** Target: RESTORE. From here on the target may win the claim. */
    RESTORE("restore"),
    /** Target: VERIFY. */
    VERIFY("verify"),
    /** Source: COMMIT. */
    COMMIT_SOURCE("commit"),
    /** Target: COMMIT. */
    COMMIT_TARGET("commit"),
    /** Target, which has answered after RESTORE was sent: ABANDON. Only its success allows a RESUME of a new epoch. */
    ABANDON("rollback"),
    /**
     * RESTORE was sent and the target is silent, so it may run the container. In turns: the claim is read through the
     * source's agent, and the target is asked again.
     */
    IN_DOUBT("rollback"),
    /** Source: RESUME in the target's own epoch, so that the claim decides between the two. */
    CONTEST("rollback"),
    /** Source: RESUME in an epoch that the target cannot claim. */
    RESUME("rollback"),
    /** Target, which can no longer claim: ABANDON, once; later again if need be. */
    TIDY_TARGET("rollback"),
    /** The outcome is known. */
    ENDED("ended");

    private final String phase;
    private Set<Stage> next;

    static {
        QUEUED.leadsTo(DESCRIBE, ENDED);
        DESCRIBE.leadsTo(PREPARE, ENDED);
        PREPARE.leadsTo(PRECOPY, TIDY_TARGET);
        PRECOPY.leadsTo(ARM, RESUME);
        ARM.leadsTo(FREEZE, RESUME);
        FREEZE.leadsTo(RESTORE, RESUME);
        RESTORE.leadsTo(VERIFY, ABANDON, IN_DOUBT);
        VERIFY.leadsTo(COMMIT_SOURCE, ABANDON, IN_DOUBT);
        COMMIT_SOURCE.leadsTo(COMMIT_TARGET);
        COMMIT_TARGET.leadsTo(ENDED);
        ABANDON.leadsTo(RESUME, IN_DOUBT);
        IN_DOUBT.leadsTo(IN_DOUBT, VERIFY, COMMIT_SOURCE, ABANDON, CONTEST, RESUME, ENDED);
        CONTEST.leadsTo(TIDY_TARGET, IN_DOUBT);
        RESUME.leadsTo(RESUME, TIDY_TARGET, ENDED);
        TIDY_TARGET.leadsTo(ENDED);
        // an operator may have a failed migration tried again
        ENDED.leadsTo(IN_DOUBT, RESUME);
    }

    Stage(String phase) {
        this.phase = phase;
    }

    private void leadsTo(Stage... stages) {
        next = EnumSet.noneOf(Stage.class);
        next.addAll(Set.of(stages));
    }

    /** Under which name its time is reported. */
    public String phase() {
        return phase;
    }

    /** Whether the stage may follow this one. */
    public boolean mayBecome(Stage stage) {
        return next.contains(stage);
    }

    /** Whether agents may be at work for it. */
    public boolean inFlight() {
        return this != QUEUED && this != ENDED;
    }
}
