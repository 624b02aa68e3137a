package org.livemigrate.agent.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What all hosts share: the images of migrations and the claims that decide who may run a container. Failures are
 * {@link org.livemigrate.protocol.json.ProblemException}s of type {@code store-failed}.
 */
public interface CheckpointStore {

    /** The same for all who see the same store. */
    String id();

    /** The directory of a migration's images, made when missing, for its owner alone. */
    Path images(String migration);

    /** Where {@link #images} is or would be; nothing is made. */
    Path imagesPath(String migration);

    /** Makes what was written to this file or directory durable. */
    void sync(Path path);

    /** Removes a migration's images; none is no error. */
    void deleteImages(String migration);

    /**
     * Tries to win the claim of an epoch. It passes from its holder to the caller when the holder is the caller or {@code
     * from}, and no claim of this or a newer epoch was ever won. Asking again in the same migration answers the same.
     *
     * @param from the source: where the container is, by the migration
     * @return the claim as it stands: the caller has won exactly when it {@link Claim#entitles} the caller; that of an older
     *     epoch belongs to a third host that has not given it up
     */
    Claim claim(String container, long epoch, String host, String migration, String from);

    /** The claim as it stands; empty while there is none. Wins nothing. */
    Optional<Claim> readClaim(String container);

    /** Gives up the claim of an epoch that this host owns; durable when this returns. */
    void relinquish(String container, long epoch, String host);

    /**
     * Removes a container's claim; none is no error. Only for containers that are gone for good: whoever still waits in an
     * old epoch could win it anew.
     */
    void deleteClaim(String container);

    /**
     * Removes what hosts that were killed meanwhile left of claims that never came into place. Any host may: it is nobody's.
     *
     * @param before what was begun later stays, it may be under way
     * @return how many
     */
    int removeUnfinishedClaims(Instant before);

    /** Room for images. */
    long freeBytes();

    /** Migrations that have images here, for garbage collection. */
    List<StoredImages> listImages();

    /** All claims, one for each container that was ever moved, for garbage collection. */
    List<StoredClaim> listClaims();

    /**
     * @param migration id
     * @param bytes of all its files
     * @param changedAt when one of them was last written
     */
    record StoredImages(String migration, long bytes, Instant changedAt) {}

    /**
     * @param claim as it stands
     * @param changedAt when it was last won, given up or looked at
     */
    record StoredClaim(Claim claim, Instant changedAt) {}
}
