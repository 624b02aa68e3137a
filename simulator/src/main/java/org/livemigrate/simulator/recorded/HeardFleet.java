package org.livemigrate.simulator.recorded;

import java.util.HashMap;
import java.util.Map;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.host.HostMatch;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.recording.RecordingHeader;
import org.livemigrate.protocol.recording.RecordingLine;
import org.livemigrate.protocol.stats.StatsUpdates;
import org.livemigrate.scheduler.fleet.FleetView;
import org.livemigrate.scheduler.fleet.HostStatus;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.model.InFlightMove;

/** The picture that a controller had, line by line: what it heard goes into the same {@link FleetView}. */
final class HeardFleet {
    private final FleetView view;
    private final Map<String, HostFacts> facts = new HashMap<>();
    private boolean known;

    HeardFleet(RecordingHeader header) {
        view = new FleetView(header.fleetSettings());
        header.cordoned().forEach(host -> view.cordon(host, true));
        known = header.fromStart();
    }

    /** Takes what was heard; lines that say nothing of the picture change nothing. */
    void hear(RecordingLine line) {
        if (line instanceof RecordingLine.HeartbeatHeard heard) {
            HostFacts host = heard.heartbeat().host();
            facts.put(host.id(), host);
            view.heartbeat(
                    new Host(host.id(), host.capacityMillicores(), host.memoryBytes(), host.labels(), true),
                    heard.heartbeat().incarnation(),
                    heard.at());
        } else if (line instanceof RecordingLine.StatsHeard heard) {
            view.apply(StatsUpdates.of(heard.diff()), heard.at());
        } else if (line instanceof RecordingLine.Sampled sampled) {
            view.sample(sampled.at());
        } else if (line instanceof RecordingLine.Cordoned cordon) {
            view.cordon(cordon.host(), cordon.cordoned());
        } else if (line instanceof RecordingLine.MigrationStarted started) {
            MigrationView move = started.migration();
            view.migrationStarted(new InFlightMove(move.container(), move.from(), move.to(), started.at()));
        } else if (line instanceof RecordingLine.MigrationEnded ended) {
            MigrationView move = ended.migration();
            view.migrationEnded(move.container(), move.outcome() == MigrationOutcome.COMMITTED, ended.at());
        }
    }

    /** The picture from which the round was decided. */
    ClusterSnapshot snapshot(RecordingLine.RoundBegan round) {
        ClusterSnapshot snapshot = view.snapshot(round.at());
        return snapshot.revise()
                .compatibility(HostMatch.of(snapshot, facts::get))
                .build();
    }

    /**
     * Whether the picture can be as full as the controller's: from the start on it is; otherwise once every host has
     * told its whole state and the history holds nothing from before.
     */
    boolean isWhole(ClusterSnapshot snapshot, RecordingHeader header) {
        if (!known) {
            boolean told = view.hosts(snapshot.time()).stream()
                    .noneMatch(host -> host.state() == HostStatus.State.AWAITING_STATS);
            known = told && snapshot.history().size() >= header.historySamples() && snapshot.containerCount() > 0;
        }
        return known;
    }
}
