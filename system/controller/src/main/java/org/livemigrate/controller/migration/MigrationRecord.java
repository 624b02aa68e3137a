package org.livemigrate.controller.migration;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.migration.ImageManifest;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.migration.StepRequest;

/**
 * Everything that is known of a migration; what the journal keeps. Immutable: each transition makes another.
 *
 * @param id idempotency key
 * @param order what was asked for
 * @param stage where it stands
 * @param epoch the fencing epoch of its steps; 0 while it is queued
 * @param resumeEpoch the epoch in which the source is asked to resume; {@code epoch} or newer
 * @param facts the container as the source described it; {@code null} before
 * @param images what FREEZE wrote; {@code null} before
 * @param freezeSent whether the container may have been stopped
 * @param restoreSent whether the target may have claimed
 * @param abandoned whether the target has confirmed that nothing runs there and that it cannot claim
 * @param pending the step on whose answer of the target an IN_DOUBT waits; {@code null} otherwise
 * @param contestRefused whether the source has already declined to resume in the target's epoch
 * @param tries how often a bounded loop (new epochs for RESUME, returns to IN_DOUBT) has been taken
 * @param verdict the outcome that stands once the present tidying is over; {@code null} before
 * @param outcome {@code null} while it is under way
 * @param problem the first thing that went wrong; {@code null} when nothing did
 * @param notes for people
 * @param owed clean-ups that hosts have yet to confirm; only after the outcome
 * @param measures what it took
 */
record MigrationRecord(
        String id,
        MoveOrder order,
        Stage stage,
        long epoch,
        long resumeEpoch,
        ContainerFacts facts,
        ImageManifest images,
        boolean freezeSent,
        boolean restoreSent,
        boolean abandoned,
        MigrationStep pending,
        boolean contestRefused,
        int tries,
        MigrationOutcome verdict,
        MigrationOutcome outcome,
        Problem problem,
        List<String> notes,
        List<Owed> owed,
        Measures measures) {

    /** Notes are for people: a migration that retries for an hour must not fill the journal with them. */
    private static final int MOST_NOTES = 50;

    MigrationRecord {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(order, "order");
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(measures, "measures");
        notes = notes == null ? List.of() : List.copyOf(notes);
        owed = owed == null ? List.of() : List.copyOf(owed);
    }

    static MigrationRecord queued(String id, MoveOrder order, Instant now) {
        return new MigrationRecord(
                id,
                order,
                Stage.QUEUED,
                0,
                0,
                null,
                null,
                false,
                false,
                false,
                null,
                false,
                0,
                null,
                null,
                null,
                List.of(),
                List.of(),
                Measures.submitted(now));
    }

    boolean ended() {
        return stage == Stage.ENDED;
    }

    StepRequest request(long ofEpoch) {
        return new StepRequest(ofEpoch, facts, order.from(), order.to(), order.options(), null);
    }

    /** A draft to change and {@link Draft#build() build}. */
    Draft edit() {
        return new Draft(this);
    }

    /** As the controller tells it. */
    MigrationView view() {
        Map<String, Long> phases = new LinkedHashMap<>();
        for (String phase : List.of("prepare", "precopy", "arm", "freeze", "restore", "verify", "commit", "rollback")) {
            if (measures.phasesMs().containsKey(phase)) {
                phases.put(phase, measures.phasesMs().get(phase));
            }
        }
        return new MigrationView(
                id,
                order.container(),
                order.name(),
                order.from(),
                order.to(),
                order.options().engine(),
                order.reason(),
                stage == Stage.ENDED ? lastPhase() : stage.phase(),
                outcome,
                phases,
                measures.bytes(),
                measures.downtimeMs(),
                Math.max(epoch, resumeEpoch),
                measures.startedAt() == null ? measures.submittedAt() : measures.startedAt(),
                measures.finishedAt(),
                measures.frozenAt(),
                measures.resumedAt(),
                problem,
                notes);
    }

    private String lastPhase() {
        return switch (outcome) {
            case COMMITTED -> "commit";
            case REFUSED -> epoch == 0 ? "queued" : "prepare";
            case ROLLED_BACK, FAILED -> "rollback";
        };
    }

    /** A record in the making. */
    static final class Draft {
        private final MigrationRecord from;
        private Stage stage;
        private long epoch;
        private long resumeEpoch;
        private ContainerFacts facts;
        private MoveOrder order;
        private ImageManifest images;
        private boolean freezeSent;
        private boolean restoreSent;
        private boolean abandoned;
        private MigrationStep pending;
        private boolean contestRefused;
        private int tries;
        private MigrationOutcome verdict;
        private MigrationOutcome outcome;
        private Problem problem;
        private List<String> notes;
        private List<Owed> owed;
        private Measures measures;

        private Draft(MigrationRecord from) {
            this.from = from;
            order = from.order;
            stage = from.stage;
            epoch = from.epoch;
            resumeEpoch = from.resumeEpoch;
            facts = from.facts;
            images = from.images;
            freezeSent = from.freezeSent;
            restoreSent = from.restoreSent;
            abandoned = from.abandoned;
            pending = from.pending;
            contestRefused = from.contestRefused;
            tries = from.tries;
            verdict = from.verdict;
            outcome = from.outcome;
            problem = from.problem;
            notes = from.notes;
            owed = from.owed;
            measures = from.measures;
        }

        Draft order(MoveOrder value) {
            order = value;
            return this;
        }

        Draft stage(Stage value) {
            stage = value;
            return this;
        }

        Draft epoch(long value) {
            epoch = value;
            resumeEpoch = value;
            return this;
        }

        Draft newResumeEpoch() {
            resumeEpoch = Math.max(epoch, resumeEpoch) + 1;
            return this;
        }

        Draft facts(ContainerFacts value) {
            facts = value;
            return this;
        }

        Draft images(ImageManifest value) {
            images = value;
            return this;
        }

        Draft freezeSent() {
            freezeSent = true;
            return this;
        }

        Draft restoreSent() {
            restoreSent = true;
            return this;
        }

        Draft abandoned() {
            abandoned = true;
            return this;
        }

        Draft pending(MigrationStep value) {
            pending = value;
            return this;
        }

        Draft contestRefused(boolean value) {
            contestRefused = value;
            return this;
        }

        Draft tries(int value) {
            tries = value;
            return this;
        }

        Draft verdict(MigrationOutcome value) {
            verdict = value;
            return this;
        }

        Draft outcome(MigrationOutcome value) {
            outcome = value;
            return this;
        }

        /** Keeps the first problem: what follows from it is for the notes. */
        Draft problem(Problem value) {
            if (problem == null) {
                problem = value;
            } else {
                note(value.detail());
            }
            return this;
        }

        /** For an outcome that needs the operator: replaces the first problem, which becomes a note. */
        Draft gravestone(Problem value) {
            if (problem != null) {
                note("it began with: " + problem.detail());
            }
            problem = value;
            return this;
        }

        Draft note(String value) {
            if (value != null && !value.isBlank() && notes.size() < MOST_NOTES && !notes.contains(value)) {
                List<String> more = new ArrayList<>(notes);
                more.add(value);
                notes = more;
            }
            return this;
        }

        Draft owe(String host, MigrationStep step) {
            if (owed.contains(new Owed(host, step))) {
                return this;
            }
            List<Owed> more = new ArrayList<>(owed);
            more.add(new Owed(host, step));
            owed = more;
            return this;
        }

        Draft settled(Owed debt) {
            owed = owed.stream().filter(other -> !other.equals(debt)).toList();
            return this;
        }

        Draft measures(Measures value) {
            measures = value;
            return this;
        }

        MigrationRecord build() {
            return new MigrationRecord(
                    from.id,
                    order,
                    stage,
                    epoch,
                    resumeEpoch,
                    facts,
                    images,
                    freezeSent,
                    restoreSent,
                    abandoned,
                    pending,
                    contestRefused,
                    tries,
                    verdict,
                    outcome,
                    problem,
                    notes,
                    owed,
                    measures);
        }
    }
}
