package org.livemigrate.agent.checkpoint.files;

import java.nio.file.Path;
import java.util.List;

/**
 * Files of a container that must travel with it: what it has written over its image, or a directory of its own.
 *
 * @param name of what it becomes among the images; a single part
 * @param root where contents are read, and on the target written: an overlay's merged directory, or the directory itself
 * @param upper says what differs from the lower ones: an overlay's upper directory, or the root again
 * @param lower layers of the image, which the target has too, the nearest first; none where there is no image below
 */
public record FileTree(String name, Path root, Path upper, List<Path> lower) {

    /** An overlay over the image's layers. */
    public static final String ROOTFS = "rootfs";

    /** The container's /dev/shm, which podman mounts from outside. */
    public static final String SHM = "shm";

    public FileTree {
        lower = List.copyOf(lower);
    }

    /** A directory of which the target has nothing. */
    public static FileTree directory(String name, Path root) {
        return new FileTree(name, root, root, List.of());
    }
}
