package org.livemigrate.agent.store;

import java.time.Instant;
import java.util.Objects;

/**
 * The right to run a container in one fencing epoch, as it stands in the shared store.
 *
 * @param container full id
 * @param epoch fencing epoch
 * @param owner host that won it
 * @param migration in the course of which
 * @param at on the owner's clock
 * @param relinquished the owner has given it up after making sure that nothing runs; the epoch stays dead for everybody
 */
public record Claim(String container, long epoch, String owner, String migration, Instant at, boolean relinquished) {
    public Claim {
        Objects.requireNonNull(container, "container");
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(migration, "migration");
    }

    /** Whether this host may run the container by this claim. */
    public boolean entitles(String host, String inMigration) {
        return !relinquished && owner.equals(host) && migration.equals(inMigration);
    }
}
