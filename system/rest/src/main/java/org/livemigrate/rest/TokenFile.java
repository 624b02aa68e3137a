package org.livemigrate.rest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/** The file that holds the fleet's token, the same on every host; only its owner may read it. */
public final class TokenFile {

    /** Shorter ones can be guessed. */
    private static final int LEAST_LENGTH = 16;

    private TokenFile() {}

    /**
     * @return the token, without surrounding white space
     * @throws ProblemException of type {@code token-file} when the file is missing, others may read it, or what it holds
     *     is no usable token
     */
    public static String read(Path file) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            Set<PosixFilePermission> owners = PosixFilePermissions.fromString("rwx------");
            if (!owners.containsAll(mode)) {
                throw refused(
                        file,
                        "may be used by others (" + PosixFilePermissions.toString(mode) + "): run chmod 600 " + file);
            }
            String token = Files.readString(file).strip();
            if (token.length() < LEAST_LENGTH || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw refused(
                        file,
                        "holds no usable token: write at least " + LEAST_LENGTH
                                + " printable characters without spaces on one line, for example"
                                + " from: openssl rand -hex 32");
            }
            return token;
        } catch (NoSuchFileException e) {
            throw refused(file, "does not exist: copy the fleet's token there, or make one with: openssl rand -hex 32");
        } catch (IOException | UnsupportedOperationException e) {
            throw refused(file, "cannot be read: " + Failures.why(e));
        }
    }

    /** Reads the token, or makes a random one, readable by the owner alone, when there is no file yet. */
    public static String readOrCreate(Path file) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        try {
            if (file.toAbsolutePath().getParent() != null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
            }
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII));
        } catch (FileAlreadyExistsException e) {
            // the usual case: read below
        } catch (IOException | UnsupportedOperationException e) {
            throw refused(file, "cannot be written: " + Failures.why(e));
        }
        return read(file);
    }

    private static ProblemException refused(Path file, String why) {
        return new ProblemException(
                new Problem("token-file", "The token file cannot be used", 400, "token file " + file + " " + why));
    }
}
