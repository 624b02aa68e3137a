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
     * Tries to win the claim. Who won it stays its owner for ever; asking again in the same migration answers the same.
     *
     * @return the claim as it stands: the caller has won exactly when it {@link Claim#entitles} the caller
     */
    Claim claim(String container, long epoch, String host, String migration);

    /** Who has won; empty while nobody has. Wins nothing. */
    Optional<Claim> readClaim(String container, long epoch);

    /**
     * The claim of the highest epoch that is seen here; empty when none is. What another host claimed a moment ago may be
     * missing (clients of NFS may list a directory from a cache).
     */
    Optional<Claim> newestClaim(String container);

    /** Marks a claim that this host owns as given up; durable when this returns. */
    void relinquish(String container, long epoch, String host);

    /**
     * Removes a claim that a newer one of the same container has overtaken; none is no error. Only for garbage
     * collection: a claim that is removed could be won again.
     */
    void deleteClaim(String container, long epoch);

    /** Room for images. */
    long freeBytes();

    /** Migrations that have images here, for garbage collection. */
    List<StoredImages> listImages();

    /** All claims, for garbage collection. */
    List<Claim> listClaims();

    /**
     * @param migration id
     * @param bytes of all its files
     * @param changedAt when one of them was last written
     */
    record StoredImages(String migration, long bytes, Instant changedAt) {}
}
