package org.livemigrate.scheduler.model;

import java.time.Instant;

/**
 * A migration that ended; cool-downs count from it.
 *
 * @param committed false when it failed and the container stayed where it was
 */
public record PastMove(String containerId, String fromHostId, String toHostId, Instant endedAt, boolean committed) {}
