package org.livemigrate.protocol.recording;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.plan.DecisionView;
import org.livemigrate.protocol.stats.StatsDiff;

/**
 * One line of a recording, told apart by {@code kind}. The first is a {@link RecordingHeader}, the last an {@link End};
 * a file without it was cut. Between them the lines stand in the order in which the controller took them into its
 * picture of the fleet, with the time that it took them at: counted monotonically from the controller's start, and never
 * going back in a file. What a decision depends on is all there, so whoever feeds the lines to the same classes comes to
 * the same decisions.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RecordingHeader.class, name = "recording"),
    @JsonSubTypes.Type(value = RecordingLine.HeartbeatHeard.class, name = "heartbeat"),
    @JsonSubTypes.Type(value = RecordingLine.StatsHeard.class, name = "stats"),
    @JsonSubTypes.Type(value = RecordingLine.Cordoned.class, name = "cordon"),
    @JsonSubTypes.Type(value = RecordingLine.Sampled.class, name = "sample"),
    @JsonSubTypes.Type(value = RecordingLine.MigrationStarted.class, name = "migration-started"),
    @JsonSubTypes.Type(value = RecordingLine.MigrationEnded.class, name = "migration-ended"),
    @JsonSubTypes.Type(value = RecordingLine.RoundBegan.class, name = "round-began"),
    @JsonSubTypes.Type(value = RecordingLine.RoundDecided.class, name = "round"),
    @JsonSubTypes.Type(value = RecordingLine.End.class, name = "end")
})
public sealed interface RecordingLine
        permits RecordingHeader,
                RecordingLine.HeartbeatHeard,
                RecordingLine.StatsHeard,
                RecordingLine.Cordoned,
                RecordingLine.Sampled,
                RecordingLine.MigrationStarted,
                RecordingLine.MigrationEnded,
                RecordingLine.RoundBegan,
                RecordingLine.RoundDecided,
                RecordingLine.End {

    /** When, in the picture's time. */
    Instant at();

    private static void require(Object value, String field) {
        if (value == null) {
            throw new IllegalArgumentException("'" + field + "' is missing");
        }
    }

    /** A host's heartbeat was taken. */
    record HeartbeatHeard(Instant at, Heartbeat heartbeat) implements RecordingLine {
        public HeartbeatHeard {
            require(at, "at");
            require(heartbeat, "heartbeat");
        }
    }

    /** A host's statistics were taken, also those that turned out to be old or to follow a gap. */
    record StatsHeard(Instant at, StatsDiff diff) implements RecordingLine {
        public StatsHeard {
            require(at, "at");
            require(diff, "diff");
        }
    }

    /** An operator cordoned a host or lifted it. */
    record Cordoned(Instant at, String host, boolean cordoned) implements RecordingLine {
        public Cordoned {
            require(at, "at");
            require(host, "host");
        }
    }

    /** The picture was kept as one sample of the history that detectors and guards look back on. */
    record Sampled(Instant at) implements RecordingLine {
        public Sampled {
            require(at, "at");
        }
    }

    /** A migration's turn has come: from now on its load counts at both ends. */
    record MigrationStarted(Instant at, MigrationView migration) implements RecordingLine {
        public MigrationStarted {
            require(at, "at");
            require(migration, "migration");
        }
    }

    /** A migration has ended, with what it took. */
    record MigrationEnded(Instant at, MigrationView migration) implements RecordingLine {
        public MigrationEnded {
            require(at, "at");
            require(migration, "migration");
        }
    }

    /**
     * The picture was taken for a round. It is decided from what stands above; its decision follows as a {@link
     * RoundDecided}, perhaps after other lines.
     *
     * @param number of the round
     */
    record RoundBegan(Instant at, long number) implements RecordingLine {
        public RoundBegan {
            require(at, "at");
        }
    }

    /** What a round came to. */
    record RoundDecided(Instant at, DecisionView decision) implements RecordingLine {
        public RoundDecided {
            require(at, "at");
            require(decision, "decision");
        }
    }

    /**
     * The recording is whole.
     *
     * @param lines how many stand above
     */
    record End(Instant at, long lines) implements RecordingLine {
        public End {
            require(at, "at");
        }
    }
}
