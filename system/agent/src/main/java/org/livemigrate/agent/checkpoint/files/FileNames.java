package org.livemigrate.agent.checkpoint.files;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Names of files as bytes, which is what they are to the kernel: whatever a container has called its file, and whatever
 * this process's locale takes names for, it is found again.
 */
public final class FileNames {

    /** There is nothing below it, so that nothing is told of what is there. */
    private static final Path NOWHERE = Path.of("/dev/null");

    private static final String NOWHERE_URI = "file:///dev/null/";

    private FileNames() {}

    /** In ASCII without white space, percent-encoded (RFC 3986). The way back from a relative one is {@link #decode}. */
    public static String encode(Path relative) {
        if (relative.isAbsolute()) {
            return "/" + encode(relative.getRoot().relativize(relative));
        }
        String uri = NOWHERE.resolve(relative).toUri().toString();
        return uri.length() < NOWHERE_URI.length() ? "" : uri.substring(NOWHERE_URI.length());
    }

    public static Path decode(String encoded) {
        return NOWHERE.relativize(Path.of(URI.create(NOWHERE_URI + encoded)));
    }

    /** As tar(1) takes it; the root itself is a point. */
    static byte[] bytes(Path relative) {
        String encoded = encode(relative);
        if (encoded.isEmpty()) {
            return new byte[] {'.'};
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] ascii = encoded.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < ascii.length; i++) {
            if (ascii[i] == '%') {
                bytes.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(ascii[i]);
            }
        }
        return bytes.toByteArray();
    }

    /** A path of these bytes. */
    public static Path path(byte[] absolute) {
        StringBuilder uri = new StringBuilder("file://");
        for (byte each : absolute) {
            uri.append(each == '/' ? "/" : String.format("%%%02X", each & 0xFF));
        }
        return Path.of(URI.create(uri.toString()));
    }
}
