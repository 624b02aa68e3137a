package org.livemigrate.protocol.host;

import java.time.Instant;

/**
 * How the controller fares: {@code GET /v1/status}.
 *
 * @param version of the controller
 * @param startedAt on its clock
 * @param policy that decides, guards included
 * @param target load above which a host is overloaded, a fraction
 * @param headroom share of a target's capacity left free, a fraction
 * @param intervalMs between two rounds of the scheduler
 * @param broker where statistics come from
 * @param hosts in the fleet, without expired ones
 * @param containers that they run
 * @param migrationsUnfinished queued and under way
 */
public record ControllerStatus(
        String version,
        Instant startedAt,
        String policy,
        double target,
        double headroom,
        long intervalMs,
        BrokerStatus broker,
        int hosts,
        int containers,
        int migrationsUnfinished) {

    /**
     * @param uri without credentials
     * @param embedded whether it runs inside the controller
     * @param connected whether it can be reached now
     * @param received messages since the controller's start
     * @param applied messages that changed or confirmed the picture
     * @param dead messages put aside since they could not be used
     * @param problem what is wrong; absent when nothing is
     */
    public record BrokerStatus(
            String uri, boolean embedded, boolean connected, long received, long applied, long dead, String problem) {}
}
