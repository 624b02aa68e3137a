package org.livemigrate.protocol.migration;

import java.util.List;

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
