package org.livemigrate.agent.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.livemigrate.protocol.migration.Measures.CriuDump;
import org.livemigrate.protocol.migration.Measures.CriuRestore;

/**
 * Reads CRIU's statistics images, {@code stats-dump} and {@code stats-restore}.
 *
 * <p>Their layout (criu/include/magic.h, criu/stats.c; the same in github.com/checkpoint-restore/go-criu): three little
 * endian words of 32 bits, {@code IMG_SERVICE_MAGIC}, {@code STATS_MAGIC} and the length of what follows, one protocol
 * buffers message {@code stats_entry} (criu/images/stats.proto). All its fields are varints within one sub-message, so
 * it is read here by number without a protocol buffers library.
 */
final class CriuStats {

    static final String DUMP_FILE = "stats-dump";
    static final String RESTORE_FILE = "stats-restore";

    private static final int IMG_SERVICE_MAGIC = 0x55105940;
    private static final int STATS_MAGIC = 0x57093306;

    /** Real ones have less than 100 bytes. */
    private static final int LONGEST = 1 << 16;

    private static final int DUMP_ENTRY = 1;
    private static final int RESTORE_ENTRY = 2;
    private static final int HIGHEST_FIELD = 9;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private CriuStats() {}

    /** @throws IOException when the file cannot be read or is no statistics image of a dump */
    static CriuDump dump(Path file) throws IOException {
        long[] f = entry(file, DUMP_ENTRY);
        return new CriuDump(f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[9]);
    }

    /** @throws IOException when the file cannot be read or is no statistics image of a restore */
    static CriuRestore restore(Path file) throws IOException {
        long[] f = entry(file, RESTORE_ENTRY);
        return new CriuRestore(f[1], f[2], f[3], f[4], f[5]);
    }

    /** The fields of one sub-message of stats_entry, by number; those that are absent are 0. */
    private static long[] entry(Path file, int wanted) throws IOException {
        if (Files.size(file) > LONGEST) {
            throw new IOException(file + ": " + Files.size(file) + " bytes are too many for a statistics image");
        }
        ByteBuffer image = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        try {
            int service = image.getInt();
            int kind = image.getInt();
            if (service != IMG_SERVICE_MAGIC || kind != STATS_MAGIC) {
                throw new IOException(String.format(
                        "%s: begins with %08x %08x, not with CRIU's %08x %08x",
                        file, service, kind, IMG_SERVICE_MAGIC, STATS_MAGIC));
            }
            ByteBuffer message = part(image, image.getInt());
            while (message.hasRemaining()) {
                long tag = varint(message);
                if (tag == (wanted << 3 | LENGTH_DELIMITED)) {
                    return varints(part(message, varint(message)));
                }
                skip(message, (int) (tag & 7));
            }
        } catch (IndexOutOfBoundsException | java.nio.BufferUnderflowException e) {
            throw new IOException(file + ": ends too early for a statistics image", e);
        }
        throw new IOException(file + ": has no " + (wanted == DUMP_ENTRY ? "dump" : "restore") + " entry");
    }

    private static long[] varints(ByteBuffer message) throws IOException {
        long[] fields = new long[HIGHEST_FIELD + 1];
        while (message.hasRemaining()) {
            long tag = varint(message);
            long field = tag >>> 3;
            if ((tag & 7) == VARINT && field <= HIGHEST_FIELD) {
                fields[(int) field] = varint(message);
            } else {
                skip(message, (int) (tag & 7));
            }
        }
        return fields;
    }

    private static ByteBuffer part(ByteBuffer from, long length) {
        int start = from.position();
        ByteBuffer part = from.slice(start, Math.toIntExact(length));
        from.position(start + (int) length);
        return part;
    }

    private static long varint(ByteBuffer from) throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = from.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IOException("a number in the statistics image is longer than 64 bits");
    }

    /** Newer releases may have more fields. */
    private static void skip(ByteBuffer message, int wireType) throws IOException {
        switch (wireType) {
            case VARINT -> varint(message);
            case FIXED64 -> part(message, Long.BYTES);
            case LENGTH_DELIMITED -> part(message, varint(message));
            case FIXED32 -> part(message, Integer.BYTES);
            default -> throw new IOException("the statistics image has a field of unknown kind " + wireType);
        }
    }
}
