package org.livemigrate.controller.record;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.livemigrate.controller.fleet.Fleet;
import org.livemigrate.controller.schedule.RoundListener;
import org.livemigrate.controller.schedule.SchedulingSettings;
import org.livemigrate.protocol.plan.DecisionView;
import org.livemigrate.protocol.recording.RecordingHeader;
import org.livemigrate.protocol.recording.RecordingLine;
import org.livemigrate.scheduler.fleet.FleetSettings;

/**
 * Hands the lines of a recording to those who want them: the picture's from the {@link Fleet}, the rounds' from the
 * scheduler. While nobody listens it costs nothing. Thread-safe.
 */
public final class Recorder implements RoundListener {

    /** Takes lines at once and writes them later. */
    public interface Listener {
        /** Called in the lines' order, from any thread, under a lock. */
        void line(RecordingLine line);
    }

    private final Fleet fleet;
    private final SchedulingSettings scheduling;
    private final Duration statsInterval;
    private final FleetSettings settings;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    public Recorder(Fleet fleet, SchedulingSettings scheduling, Duration statsInterval, FleetSettings settings) {
        this.fleet = fleet;
        this.scheduling = scheduling;
        this.statsInterval = statsInterval;
        this.settings = settings;
    }

    /**
     * The listener hears the header, what the fleet knows already, and from then on everything. When the fleet has heard
     * something before, its hosts are asked for their whole states.
     *
     * @throws IllegalArgumentException when this controller decides in a way that a recording cannot hold
     */
    public synchronized void begin(Listener listener) {
        RecordingHeader.Scheduling header = new RecordingHeader.Scheduling(
                scheduling.policy(),
                scheduling.target().toDouble(),
                scheduling.headroom().toDouble(),
                scheduling.seed(),
                scheduling.interval().toMillis(),
                RecordingHeader.Guards.of(scheduling.guards()));
        fleet.tapFromNow(
                (at, fromStart, cordoned, known) -> {
                    listener.line(new RecordingHeader(
                            RecordingHeader.VERSION,
                            at,
                            fromStart,
                            header,
                            statsInterval.toMillis(),
                            settings.expiry().toMillis(),
                            settings.historySamples(),
                            settings.moveRetention().toMillis(),
                            settings.saturatedAt().toDouble(),
                            cordoned));
                    known.forEach(listener::line);
                    listeners.add(listener);
                },
                this::tell);
    }

    /** The listener hears nothing more. */
    public synchronized void end(Listener listener) {
        listeners.remove(listener);
        if (listeners.isEmpty()) {
            fleet.untap();
        }
    }

    private void tell(RecordingLine line) {
        listeners.forEach(listener -> listener.line(line));
    }

    @Override
    public void decided(DecisionView decision, Duration planning) {
        if (!listeners.isEmpty()) {
            fleet.note(at -> new RecordingLine.RoundDecided(at, decision));
        }
    }
}
