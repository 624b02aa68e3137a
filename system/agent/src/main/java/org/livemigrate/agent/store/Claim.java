package org.livemigrate.agent.store;

import java.util.Objects;

/**
 * The right to run a container, as it stands in the shared store: the last one that was won.
 *
 * @param container full id
 * @param epoch fencing epoch in which it was won
 * @param owner host that won it
 * @param migration in the course of which
 * @param before the host that held it before, and holds it again when the owner gives it up; the source when nobody did
 * @param relinquished the owner has given it up after making sure that nothing runs; the epoch stays dead for everybody
 */
public record Claim(String container, long epoch, String owner, String migration, String before, boolean relinquished) {
    public Claim {
        Objects.requireNonNull(container, "container");
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(migration, "migration");
        Objects.requireNonNull(before, "before");
    }

    /** Whether this host may run the container by this claim, in this epoch and migration. */
    public boolean entitles(long inEpoch, String host, String inMigration) {
        return !relinquished && epoch == inEpoch && owner.equals(host) && migration.equals(inMigration);
    }

    /** The host on which the container may run, or stand still. */
    public String holder() {
        return relinquished ? before : owner;
    }

    Claim takenOver(long newEpoch, String host, String inMigration) {
        return new Claim(container, newEpoch, host, inMigration, holder(), false);
    }

    Claim givenUp() {
        return new Claim(container, epoch, owner, migration, before, true);
    }
}
