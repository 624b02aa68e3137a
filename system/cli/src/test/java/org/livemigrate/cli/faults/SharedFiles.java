package org.livemigrate.cli.faults;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** The file server behind the checkpoint store: what is true of every file, whatever its clients believe. */
final class SharedFiles {

    /** A file or directory; links share it. */
    static final class Node {
        final boolean directory;
        byte[] data = new byte[0];
        int length;
        Instant changedAt;

        /** What an fsync has made safe; a machine that loses power loses the rest of what it wrote. */
        int durableLength;

        String writer;

        Node(boolean directory, Instant at) {
            this.directory = directory;
            this.changedAt = at;
        }

        void write(int at, byte[] bytes) {
            int end = at + bytes.length;
            if (end > data.length) {
                data = Arrays.copyOf(data, Math.max(end, data.length * 2));
            }
            System.arraycopy(bytes, 0, data, at, bytes.length);
            length = Math.max(length, end);
        }

        byte[] content() {
            return Arrays.copyOf(data, length);
        }
    }

    /** By absolute path, so a directory stands before what is in it. */
    final TreeMap<String, Node> nodes = new TreeMap<>();

    boolean full;

    SharedFiles() {
        nodes.put("/", new Node(true, Instant.EPOCH));
        nodes.put("/store", new Node(true, Instant.EPOCH));
    }

    /** A file or directory with all that is below it, as rename(2): what is at the new place is replaced. */
    Node move(String from, String to) {
        Node node = nodes.remove(from);
        Map<String, Node> below = new TreeMap<>(nodes.subMap(from + "/", from + "0"));
        below.forEach((name, child) -> {
            nodes.remove(name);
            nodes.put(to + name.substring(from.length()), child);
        });
        nodes.put(to, node);
        return node;
    }

    boolean isEmpty(String directory) {
        return nodes.subMap(directory + "/", directory + "0").isEmpty();
    }

    /**
     * The power of a client fails: what it had not made durable is cut off, unless it was written back by itself before.
     */
    void lost(String writer, BooleanSupplier writtenBack) {
        for (Node node : nodes.values()) {
            boolean volatileYet = writer.equals(node.writer) && node.durableLength < node.length;
            if (volatileYet && !writtenBack.getAsBoolean()) {
                node.length = node.durableLength;
            }
        }
    }
}
