package org.livemigrate.controller.stats;

import java.time.Instant;
import java.util.Optional;

/**
 * How the reading of statistics fares.
 *
 * @param connected whether the broker can be reached now
 * @param consumingSince since when this controller is subscribed without interruption; a standby is subscribed too, the
 *     broker just serves it nothing; empty when it is not subscribed
 * @param received messages that came, repeated ones included
 * @param applied messages that the handler took
 * @param dead messages put into the dead queue
 * @param problem what is wrong, in one sentence without credentials; empty when nothing is
 */
public record ConsumerStatus(
        boolean connected,
        Optional<Instant> consumingSince,
        long received,
        long applied,
        long dead,
        Optional<String> problem) {}
