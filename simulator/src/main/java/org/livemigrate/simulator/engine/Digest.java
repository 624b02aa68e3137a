package org.livemigrate.simulator.engine;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over a run's course: equal digests, equal runs. */
final class Digest {
    private final MessageDigest sha;
    private final ByteBuffer buffer = ByteBuffer.allocate(8192);

    Digest() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    Digest add(long value) {
        if (buffer.remaining() < Long.BYTES) {
            flush();
        }
        buffer.putLong(value);
        return this;
    }

    Digest add(double value) {
        return add(Double.doubleToLongBits(value));
    }

    String hex() {
        flush();
        return HexFormat.of().formatHex(sha.digest()).substring(0, 32);
    }

    private void flush() {
        sha.update(buffer.flip());
        buffer.clear();
    }
}
