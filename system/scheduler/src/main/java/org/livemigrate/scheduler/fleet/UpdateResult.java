package org.livemigrate.scheduler.fleet;

/** What became of a {@link StatsUpdate}. */
public enum UpdateResult {
    /** It is part of the picture. */
    APPLIED,
    /** It was applied before, or something newer was; nothing changed. */
    DUPLICATE,
    /**
     * A message is missing before it, or the agent has started anew: it was not applied, and what is known of the host
     * is no longer believed until a full update comes. Ask the agent for one.
     */
    NEEDS_FULL_SNAPSHOT
}
