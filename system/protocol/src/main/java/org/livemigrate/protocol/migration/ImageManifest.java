package org.livemigrate.protocol.migration;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the source wrote into the store for a migration, as FREEZE reports it; the target compares before it claims, so
 * that a truncated image is found while the source can still simply resume.
 *
 * @param files in the migration's image directory
 */
public record ImageManifest(List<ImageFile> files) {
    public ImageManifest {
        files = files == null ? List.of() : List.copyOf(files);
    }

    /** Both, by name. */
    public ImageManifest and(ImageManifest other) {
        return new ImageManifest(Stream.concat(files.stream(), other.files.stream())
                .sorted(Comparator.comparing(ImageFile::name))
                .toList());
    }

    /** Those files that the other does not list with the same size and checksum. */
    public ImageManifest without(ImageManifest other) {
        Set<ImageFile> known = new HashSet<>(other.files);
        return new ImageManifest(
                files.stream().filter(file -> !known.contains(file)).toList());
    }

    public long bytes() {
        return files.stream().mapToLong(ImageFile::bytes).sum();
    }

    /**
     * @param name relative to the migration's image directory, parts separated by {@code /}
     * @param bytes its exact size
     * @param crc32c checksum of its content; absent where making it would have lengthened the downtime
     */
    public record ImageFile(String name, long bytes, Long crc32c) {}
}
