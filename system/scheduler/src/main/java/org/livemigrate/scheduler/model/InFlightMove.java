package org.livemigrate.scheduler.model;

import java.time.Instant;

/**
 * A migration that is under way. Its container is not movable and its demand counts at both ends. An end that is not
 * in the snapshot (its host has left the fleet) is simply not counted.
 */
public record InFlightMove(String containerId, String fromHostId, String toHostId, Instant startedAt) {}
