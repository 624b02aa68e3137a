package org.livemigrate.protocol.broker;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * Where the broker is and who we are there: {@code amqp://user:password@host:port/vhost}, as RabbitMQ's URI
 * specification writes it, or {@code amqps://} for TLS with the JVM's trusted certificates and the host name checked.
 *
 * <p>It holds a password: {@link #toString()} and {@link #redacted()} leave it out, only {@link #uri()} shows it.
 * A URI never comes from a command line, where every user of the machine could read it.
 *
 * @param tls {@code amqps}
 * @param host name or address; an IPv6 address without brackets
 * @param port 1 to 65535
 * @param user not empty
 * @param password may be empty
 * @param virtualHost RabbitMQ's name of it; {@code /} is the default one. Unlike in RabbitMQ's specification a URI that
 *     ends in {@code /} means the default too, since that is what people mean by it.
 */
public record AmqpUri(boolean tls, String host, int port, String user, String password, String virtualHost) {

    /** The environment variable that agent and controller read. */
    public static final String ENVIRONMENT = "LIVE_MIGRATE_AMQP_URI";

    private static final String FORM = "write it as amqp://user:password@host:5672/vhost (special characters in user,"
            + " password and vhost percent-encoded)";

    public AmqpUri {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(password, "password");
        Objects.requireNonNull(virtualHost, "virtualHost");
    }

    /**
     * Reads a URI.
     *
     * @param source where the text comes from, for the message: "broker.uri"
     * @throws ProblemException when it is malformed; the message never repeats the text, which may hold a password
     */
    public static AmqpUri parse(String source, String text) {
        if (text == null || text.isBlank()) {
            throw bad(source, "is empty");
        }
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw bad(source, "is not a URI (character " + (e.getIndex() + 1) + ")");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("amqp") && !scheme.equals("amqps")) {
            throw bad(source, "does not begin with amqp:// or amqps://");
        }
        if (uri.getHost() == null) {
            throw bad(source, "names no host, or has a port that is no number");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw bad(source, "has a '?' or '#' part, which is not supported");
        }
        boolean tls = scheme.equals("amqps");
        int port = uri.getPort() == -1 ? (tls ? 5671 : 5672) : uri.getPort();
        if (port < 1 || port > 65535) {
            throw bad(source, "has port " + port + ", not one of 1 to 65535");
        }
        String host = uri.getHost().replaceAll("^\\[|]$", "");
        String[] login = login(source, uri.getRawUserInfo());
        return new AmqpUri(tls, host, port, login[0], login[1], virtualHost(source, uri.getRawPath()));
    }

    private static String[] login(String source, String raw) {
        if (raw == null) {
            return new String[] {"guest", "guest"};
        }
        int colon = raw.indexOf(':');
        String user = decode(source, colon < 0 ? raw : raw.substring(0, colon));
        if (user.isEmpty()) {
            throw bad(source, "has a password but no user");
        }
        return new String[] {user, colon < 0 ? "" : decode(source, raw.substring(colon + 1))};
    }

    private static String virtualHost(String source, String raw) {
        if (raw == null || raw.length() <= 1) {
            return "/";
        }
        if (raw.indexOf('/', 1) >= 0) {
            throw bad(source, "has more than one '/' after the port; a '/' within a vhost is written %2F");
        }
        return decode(source, raw.substring(1));
    }

    /**
     * Reads the URI from a file of one line that only its owner can read.
     *
     * @throws ProblemException when the file cannot be read, others may read it, or the URI is malformed
     */
    public static AmqpUri fromFile(Path file) {
        try {
            String source = "the broker's URI in " + file;
            refuseReadableByOthers(file);
            return parse(source, Files.readString(file));
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.badRequest("the file " + file + " with the broker's URI cannot be read (" + Failures.why(e)
                            + "): check the path and its permissions"),
                    e);
        }
    }

    private static void refuseReadableByOthers(Path file) throws IOException {
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file);
        } catch (UnsupportedOperationException e) {
            return; // a file system without POSIX permissions
        }
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.GROUP_READ)) {
            throw new ProblemException(Problem.badRequest(
                    "the file " + file + " holds a password and others may read it: chmod 600 " + file));
        }
    }

    /**
     * Reads the URI from {@link #ENVIRONMENT}.
     *
     * @param environment for example {@code System.getenv()}
     * @return empty when the variable is unset or empty
     * @throws ProblemException when the URI is malformed
     */
    public static Optional<AmqpUri> fromEnvironment(Map<String, String> environment) {
        String text = environment.get(ENVIRONMENT);
        return text == null || text.isBlank()
                ? Optional.empty()
                : Optional.of(parse("the environment variable " + ENVIRONMENT, text));
    }

    /** The whole URI <em>with the password</em>: for a file of mode 0600 or another process's environment. */
    public String uri() {
        return scheme() + encode(user) + ":" + encode(password) + "@" + address() + path();
    }

    /** The URI without the password: for logs and messages. */
    public String redacted() {
        return scheme() + encode(user) + "@" + address() + path();
    }

    @Override
    public String toString() {
        return redacted();
    }

    private String scheme() {
        return tls ? "amqps://" : "amqp://";
    }

    private String address() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private String path() {
        return virtualHost.equals("/") ? "" : "/" + encode(virtualHost);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decode(String source, String raw) {
        try {
            // URLDecoder is for forms, where '+' is a space; in a URI it is a plus
            return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad(source, "has a '%' that is not followed by two hexadecimal digits");
        }
    }

    private static ProblemException bad(String source, String what) {
        return new ProblemException(Problem.badRequest(source + " " + what + ": " + FORM));
    }
}
