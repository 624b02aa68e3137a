package org.livemigrate.controller.fleet;

import org.livemigrate.protocol.recording.RecordingLine;

/**
 * Hears what the fleet's picture is made of, in the order in which it goes in and with the picture's own time. Called
 * under the picture's lock: be quick, and ask the fleet nothing.
 */
@FunctionalInterface
public interface FleetTap {

    /** Nobody listens. */
    FleetTap NONE = line -> {};

    void heard(RecordingLine line);

    /** Tells both. */
    default FleetTap and(FleetTap other) {
        return line -> {
            heard(line);
            other.heard(line);
        };
    }
}
