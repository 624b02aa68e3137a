package org.livemigrate.controller.migration;

import static org.livemigrate.protocol.migration.MigrationOutcome.COMMITTED;
import static org.livemigrate.protocol.migration.MigrationOutcome.FAILED;
import static org.livemigrate.protocol.migration.MigrationOutcome.REFUSED;
import static org.livemigrate.protocol.migration.MigrationOutcome.ROLLED_BACK;

import java.util.Set;
import org.livemigrate.controller.migration.MigrationRecord.Draft;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepResult;

/**
 * What follows from an agent's answer: the protocol as a pure function. It decides; it neither asks nor remembers.
 *
 * <p>Three rules carry the safety. RESTORE follows only FREEZE's success. COMMIT follows only VERIFY's success. Once
 * RESTORE may have been heard, the source resumes either in the target's own epoch, where the claim in the store lets
 * only one of them run, or in a newer one after the target has confirmed that it is out (ABANDON) or has lost the claim
 * of its epoch.
 */
final class MigrationRules {

    private static final String HOST_SILENT = "host-silent";

    /** Problems that do not tell whether a step was done: nobody answered, or what was done could not be written down. */
    private static final Set<String> LEAVES_OPEN = Set.of(HOST_SILENT, "agent-restarted", "state-failed");

    private final MigrationLimits limits;

    MigrationRules(MigrationLimits limits) {
        this.limits = limits;
    }

    /**
     * What the stage asks.
     *
     * @param turn counts the attempts in this stage, from 0
     */
    Question question(MigrationRecord r, int turn) {
        String from = r.order().from();
        String to = r.order().to();
        return switch (r.stage()) {
            case DESCRIBE -> new Question.Describe(from, to, r.order().container());
            case PREPARE -> ask(r, to, MigrationStep.PREPARE);
            case PRECOPY -> ask(r, from, MigrationStep.PRECOPY);
            case ARM -> ask(r, to, MigrationStep.ARM);
            case FREEZE -> ask(r, from, MigrationStep.FREEZE);
            case RESTORE -> ask(r, to, MigrationStep.RESTORE);
            case VERIFY -> ask(r, to, MigrationStep.VERIFY);
            case COMMIT_SOURCE -> ask(r, from, MigrationStep.COMMIT);
            case COMMIT_TARGET -> ask(r, to, MigrationStep.COMMIT);
            case ABANDON, TIDY_TARGET -> ask(r, to, MigrationStep.ABANDON);
            case CONTEST -> ask(r, from, MigrationStep.RESUME);
            case RESUME -> new Question.Step(from, MigrationStep.RESUME, r.request(r.resumeEpoch()));
            // RESTORE's success is known once VERIFY is pending: the claim has nothing to add
            case IN_DOUBT ->
                turn % 2 == 0 && r.pending() != MigrationStep.VERIFY
                        ? new Question.Claim(from, r.order().container(), r.epoch())
                        : ask(r, to, r.pending());
            case QUEUED, ENDED -> throw new IllegalStateException(r.id() + " is " + r.stage() + ": nothing to ask");
        };
    }

    /** What is owed by a host after the outcome. */
    Question question(MigrationRecord r, Owed debt) {
        return ask(r, debt.host(), debt.step());
    }

    private static Question ask(MigrationRecord r, String host, MigrationStep step) {
        return new Question.Step(
                host,
                step,
                step == MigrationStep.RESTORE ? r.request(r.epoch()).withImages(r.images()) : r.request(r.epoch()));
    }

    /**
     * The next record; equal to the present one when the question is to be asked again.
     *
     * @throws IllegalStateException when the answer does not fit the stage: an agent answers what it was not asked
     */
    MigrationRecord next(MigrationRecord r, Answer answer) {
        if (answer instanceof Answer.Described described && r.stage() == Stage.DESCRIBE) {
            return described(r, described.facts(), described.newestEpoch());
        }
        if (answer instanceof Answer.ClaimRead read && r.stage() == Stage.IN_DOUBT) {
            return claimRead(r, read.claim().owner());
        }
        if (answer instanceof Answer.Done done) {
            return done(r, done.result());
        }
        if (answer instanceof Answer.Refused refused) {
            return refused(r, refused.problem());
        }
        if (answer instanceof Answer.Silence silence) {
            return silent(r, silence.detail());
        }
        throw new IllegalStateException(r.id() + " in " + r.stage() + " cannot use " + answer);
    }

    private MigrationRecord described(MigrationRecord r, ContainerFacts facts, long newestEpoch) {
        if (!facts.running()) {
            return end(
                    r.edit()
                            .problem(Problem.conflict(
                                    "not-running",
                                    "container " + facts.name() + " on "
                                            + r.order().from() + " is " + facts.state()
                                            + ", and only a running one can be moved: start it, or remove it.")),
                    REFUSED);
        }
        // above what hosts and store have seen, even when the journal that counted them is lost
        return r.edit()
                .facts(facts)
                .epoch(Math.max(r.epoch(), newestEpoch + 1))
                .stage(Stage.PREPARE)
                .build();
    }

    private MigrationRecord claimRead(MigrationRecord r, String owner) {
        String from = r.order().from();
        String to = r.order().to();
        if (to.equals(owner)) {
            return r.edit()
                    .note(to + " won the claim of epoch " + r.epoch() + " and is silent: waiting for it.")
                    .build();
        }
        if (from.equals(owner) && r.contestRefused()) {
            // the source holds the target's epoch and could not resume in it: a newer one is its own alone
            return resume(r.edit().pending(null));
        }
        if (owner != null && !from.equals(owner)) {
            return r.edit()
                    .note("the claim of epoch " + r.epoch() + " belongs to " + owner + ", which has no part in this.")
                    .build();
        }
        // tried often enough, and still nobody's: only the target's word can help now
        return r.tries() >= limits.resumeTries()
                ? r
                : r.edit().stage(Stage.CONTEST).build();
    }

    private MigrationRecord done(MigrationRecord r, StepResult result) {
        Draft next = r.edit().note(result.note());
        MigrationStep asked = r.stage() == Stage.IN_DOUBT ? r.pending() : null;
        if (r.stage() == Stage.RESTORE || asked == MigrationStep.RESTORE) {
            return next.stage(Stage.VERIFY).pending(null).build();
        }
        if (r.stage() == Stage.VERIFY || asked == MigrationStep.VERIFY) {
            return next.stage(Stage.COMMIT_SOURCE).pending(null).build();
        }
        if (r.stage() == Stage.ABANDON || asked == MigrationStep.ABANDON) {
            return resume(next.note(setBack(r)).abandoned().pending(null));
        }
        return switch (r.stage()) {
            case PREPARE -> next.stage(Stage.PRECOPY).build();
            case PRECOPY -> next.stage(Stage.ARM).build();
            case ARM -> next.stage(Stage.FREEZE).freezeSent().build();
            case FREEZE ->
                next.images(result.images()).stage(Stage.RESTORE).restoreSent().build();
            case COMMIT_SOURCE -> next.stage(Stage.COMMIT_TARGET).build();
            case COMMIT_TARGET -> end(next, COMMITTED);
            case CONTEST -> tidy(next, ROLLED_BACK);
            case RESUME -> r.abandoned() ? end(next, ROLLED_BACK) : tidy(next, ROLLED_BACK);
            case TIDY_TARGET -> end(next, r.verdict());
            default -> throw new IllegalStateException(r.id() + " in " + r.stage() + " was done");
        };
    }

    /** The source's copy is as it was when it was frozen; nobody shall have to find that out. */
    private static String setBack(MigrationRecord r) {
        String ran = r.order().name() + " %s on " + r.order().to() + " from %s until it was ended there:"
                + " what it did meanwhile is lost, it goes on as it was frozen on "
                + r.order().from() + ".";
        if (r.measures().resumedAt() != null) {
            return ran.formatted("ran", r.measures().resumedAt());
        }
        // whether RESTORE was done was never heard
        boolean open = r.problem() != null && LEAVES_OPEN.contains(r.problem().type());
        return open ? ran.formatted("may have run", r.measures().frozenAt() + " at the earliest") : null;
    }

    private MigrationRecord refused(MigrationRecord r, Problem problem) {
        Draft next = r.edit();
        return switch (r.stage()) {
            case DESCRIBE -> end(next.problem(problem), REFUSED);
            case PREPARE -> tidy(next.problem(problem), REFUSED);
            case PRECOPY, ARM, FREEZE -> resume(next.problem(problem));
            case RESTORE, VERIFY -> next.problem(problem).stage(Stage.ABANDON).build();
            case ABANDON -> inDoubt(next.problem(problem), MigrationStep.ABANDON);
            case CONTEST ->
                inDoubt(
                        next.note(r.order().from() + " did not resume in epoch " + r.epoch() + ": " + problem.detail())
                                .contestRefused(true)
                                .tries(r.tries() + 1),
                        r.pending());
            case IN_DOUBT -> refusedInDoubt(r, next, problem);
            case RESUME -> resumeRefused(r, next, problem);
            case COMMIT_SOURCE ->
                next.note("clean-up on " + r.order().from() + ": " + problem.detail())
                        .owe(r.order().from(), MigrationStep.COMMIT)
                        .stage(Stage.COMMIT_TARGET)
                        .build();
            case COMMIT_TARGET ->
                end(
                        next.note("clean-up on " + r.order().to() + ": " + problem.detail())
                                .owe(r.order().to(), MigrationStep.COMMIT),
                        COMMITTED);
            case TIDY_TARGET ->
                end(
                        next.note("clean-up on " + r.order().to() + ": " + problem.detail())
                                .owe(r.order().to(), MigrationStep.ABANDON),
                        r.verdict());
            case QUEUED, ENDED -> throw new IllegalStateException(r.id() + " in " + r.stage() + " was refused");
        };
    }

    private static MigrationRecord refusedInDoubt(MigrationRecord r, Draft next, Problem problem) {
        if (r.pending() == MigrationStep.ABANDON) {
            return next.note(problem.detail()).build();
        }
        return next.problem(problem).stage(Stage.ABANDON).pending(null).build();
    }

    private MigrationRecord resumeRefused(MigrationRecord r, Draft next, Problem problem) {
        if (r.tries() + 1 < limits.resumeTries()) {
            return next.note(r.order().from() + " did not resume: " + problem.detail())
                    .tries(r.tries() + 1)
                    .newResumeEpoch()
                    .build();
        }
        return notResumed(r, next, problem.detail());
    }

    private MigrationRecord silent(MigrationRecord r, String detail) {
        Problem problem = new Problem(HOST_SILENT, "A host does not answer", 503, detail);
        return switch (r.stage()) {
            case RESTORE -> inDoubt(r.edit().problem(problem), MigrationStep.RESTORE);
            case VERIFY -> inDoubt(r.edit().problem(problem), MigrationStep.VERIFY);
            case ABANDON -> inDoubt(r.edit().problem(problem), MigrationStep.ABANDON);
            case CONTEST -> inDoubt(r.edit().tries(r.tries() + 1), r.pending());
            case RESUME -> notResumed(r, r.edit(), detail);
            case IN_DOUBT ->
                end(
                        r.edit()
                                .gravestone(new Problem(
                                        "host-lost",
                                        "A host that may run the container does not answer",
                                        503,
                                        r.order().to() + " may run container "
                                                + r.order().name() + " and has been silent for "
                                                + limits.hostReturn() + " (" + detail
                                                + "). Nothing was removed: the checkpoint is in the store under "
                                                + r.id() + ", the stopped copy on "
                                                + r.order().from() + ". When "
                                                + r.order().to()
                                                + " is back, POST /v1/migrations/"
                                                + r.id() + "/recover.")),
                        FAILED);
            default -> refused(r, problem);
        };
    }

    private static MigrationRecord notResumed(MigrationRecord r, Draft next, String detail) {
        String from = r.order().from();
        if (!r.freezeSent()) {
            // it was never stopped: only the source's note of this migration stays behind
            return tidy(next.note(from + " did not confirm the end of the migration: " + detail), ROLLED_BACK);
        }
        // whatever becomes of it, the target has no part in it any more
        return end(
                (r.abandoned() ? next : next.owe(r.order().to(), MigrationStep.ABANDON))
                        .gravestone(new Problem(
                                "not-resumed",
                                "The container could not be brought back",
                                500,
                                "container " + r.order().name() + " stands still on " + from
                                        + " and could not be resumed ("
                                        + detail + "). Nothing was removed: its images are on " + from
                                        + " and in the store under " + r.id()
                                        + ". Mend the cause, then POST /v1/migrations/"
                                        + r.id() + "/recover.")),
                FAILED);
    }

    /** After a restart of the controller: what is found before FREEZE is rolled back, the rest goes on. */
    MigrationRecord restarted(MigrationRecord r) {
        Problem problem = Problem.unavailable("the controller was restarted during the migration");
        return switch (r.stage()) {
            case QUEUED, DESCRIBE -> end(r.edit().problem(problem), REFUSED);
            case PREPARE -> tidy(r.edit().problem(problem), ROLLED_BACK);
            case PRECOPY, ARM -> resume(r.edit().problem(problem));
            default -> r;
        };
    }

    /** The order is withdrawn before anything was done for it. */
    static MigrationRecord dropped(MigrationRecord r, String why) {
        return end(r.edit().problem(Problem.conflict("dropped", why)), REFUSED);
    }

    /** A failed migration is taken up again where it was given up. */
    static MigrationRecord recovered(MigrationRecord r) {
        Draft next = r.edit().outcome(null).verdict(null).contestRefused(false).tries(0);
        return r.pending() != null
                ? next.stage(Stage.IN_DOUBT).build()
                : next.stage(Stage.RESUME).newResumeEpoch().build();
    }

    /**
     * Always in a newer epoch: the source's agent then also refuses a FREEZE that was delayed on the way.
     */
    private static MigrationRecord resume(Draft next) {
        return next.stage(Stage.RESUME).newResumeEpoch().tries(0).build();
    }

    private static MigrationRecord inDoubt(Draft next, MigrationStep pending) {
        return next.stage(Stage.IN_DOUBT).pending(pending).build();
    }

    private static MigrationRecord tidy(Draft next, MigrationOutcome verdict) {
        return next.stage(Stage.TIDY_TARGET).verdict(verdict).build();
    }

    private static MigrationRecord end(Draft next, MigrationOutcome outcome) {
        return next.stage(Stage.ENDED).outcome(outcome).verdict(outcome).build();
    }
}
