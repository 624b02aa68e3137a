package org.livemigrate.controller.schedule;

import java.time.Duration;
import org.livemigrate.protocol.plan.DecisionView;

/** Hears of each round when it is decided; be quick. */
@FunctionalInterface
public interface RoundListener {

    /** @param planning the time that the policy took, guards included; zero when none was asked */
    void decided(DecisionView decision, Duration planning);
}
