package org.livemigrate.agent.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.livemigrate.agent.doctor.Finding.Severity;
import org.livemigrate.protocol.host.ControllerStatus;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.TokenFile;
import org.livemigrate.rest.UnreachableException;
import tools.jackson.core.type.TypeReference;

/** Token, controller, broker, clock, and whether the other hosts have the same store. */
final class FleetChecks {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Clocks decide nothing here; beyond this the times of hosts can no longer be laid side by side. */
    private static final Duration MOST_OFFSET = Duration.ofSeconds(2);

    /** HTTP's Date header has whole seconds, cut off. */
    private static final Duration HALF_OF_DATE = Duration.ofMillis(500);

    private final Doctor.Settings settings;
    private final Clock clock;
    private final List<Finding> findings = new ArrayList<>();

    FleetChecks(Doctor.Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    List<Finding> all() throws InterruptedException {
        Optional<String> token = token();
        URI controller = settings.controller();
        if (controller == null) {
            notLookedAt("no controller is named");
        } else if (token.isEmpty()) {
            notLookedAt("the token cannot be read");
        } else {
            ask(controller, new RestClient(controller, token.get(), TIMEOUT, 0));
        }
        return List.copyOf(findings);
    }

    private void notLookedAt(String why) {
        findings.add(Finding.unknown(
                "controller", Severity.NEEDED, "not looked at: " + why, "a controller", "give --controller URI"));
    }

    private Optional<String> token() {
        String needed = "the fleet's token, for its owner alone";
        try {
            String token = TokenFile.read(settings.tokenFile());
            findings.add(Finding.ok("token", Severity.NEEDED, settings.tokenFile() + " is usable", needed));
            return Optional.of(token);
        } catch (ProblemException e) {
            findings.add(Finding.missing(
                    "token",
                    Severity.NEEDED,
                    e.problem().detail(),
                    needed,
                    "copy the fleet's token to " + settings.tokenFile() + " with mode 0600"));
            return Optional.empty();
        }
    }

    private void ask(URI controller, RestClient client) throws InterruptedException {
        String needed = "a controller that answers and takes the token";
        ControllerStatus status;
        try {
            status = client.get("/v1/status", ControllerStatus.class);
        } catch (UnreachableException | ProblemException e) {
            findings.add(Finding.missing(
                    "controller",
                    Severity.NEEDED,
                    e.getMessage(),
                    needed,
                    "start it, see its --listen, and compare the token files"));
            return;
        }
        findings.add(Finding.ok("controller", Severity.NEEDED, controller + " answers", needed));
        findings.add(broker(controller, URI.create(status.broker().uri())));
        findings.add(clockOffset(controller));
        findings.add(sameStore(client));
    }

    /** Reachable from here: that the controller reaches it says nothing of this host. */
    private Finding broker(URI controller, URI broker) {
        String needed = "a broker that this host can connect to";
        String host = broker.getHost();
        // a broker on every address is told to agents by the address on which they reach the controller
        if (isLoopback(host)) {
            host = controller.getHost();
        }
        int port = broker.getPort() > 0 ? broker.getPort() : "amqps".equals(broker.getScheme()) ? 5671 : 5672;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) TIMEOUT.toMillis());
            return Finding.ok("broker", Severity.NEEDED, host + ":" + port + " takes connections", needed);
        } catch (IOException e) {
            return Finding.missing(
                    "broker",
                    Severity.NEEDED,
                    "no connection to " + host + ":" + port + " (" + e.getMessage() + ")",
                    needed,
                    "start RabbitMQ and open its port; for the broker inside the controller: --broker-listen " + host
                            + ":5672");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** By the Date of an answer, as in RFC 9110, 6.6.1: good to half a second and half the round trip. */
    private Finding clockOffset(URI controller) throws InterruptedException {
        String needed = "within " + MOST_OFFSET.toSeconds() + " s of the controller's clock";
        String remedy = "apt-get install chrony, or timedatectl set-ntp true";
        try {
            Instant sent = clock.instant();
            HttpResponse<Void> answer = RestClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(controller.resolve("/v1/status"))
                                    .timeout(TIMEOUT)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            Instant received = clock.instant();
            String date = answer.headers().firstValue("Date").orElse("");
            Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .plus(HALF_OF_DATE);
            Duration roundTrip = Duration.between(sent, received);
            Duration offset = Duration.between(theirs, sent.plus(roundTrip.dividedBy(2)));
            Duration accuracy = HALF_OF_DATE.plus(roundTrip.dividedBy(2));
            String found = offset.toMillis() + " ms ahead of it, give or take " + accuracy.toMillis() + " ms";
            return offset.abs().compareTo(MOST_OFFSET.plus(accuracy)) <= 0
                    ? Finding.ok("clock", Severity.LIMITS, found, needed)
                    : Finding.missing("clock", Severity.LIMITS, found, needed, remedy);
        } catch (IOException | DateTimeParseException e) {
            return Finding.unknown(
                    "clock", Severity.LIMITS, "the controller tells no time: " + Failures.why(e), needed, remedy);
        }
    }

    private Finding sameStore(RestClient client) {
        String needed = "the same store on all hosts";
        Path idFile = settings.store().resolve("store-id");
        String mine;
        try {
            mine = Files.readString(idFile).strip();
        } catch (IOException e) {
            return Finding.unknown(
                    "store-same",
                    Severity.LIMITS,
                    "no " + idFile + " yet",
                    needed,
                    "start the agent once, which makes it in a new store");
        }
        List<String> others;
        try {
            others = client.get("/v1/nodes", new TypeReference<List<NodeView>>() {}).stream()
                    .filter(node -> !mine.equals(node.facts().storeId()))
                    .map(node -> node.facts().id())
                    .toList();
        } catch (UnreachableException | ProblemException e) {
            return Finding.unknown("store-same", Severity.LIMITS, e.getMessage(), needed, "look again");
        }
        return others.isEmpty()
                ? Finding.ok("store-same", Severity.LIMITS, "no host has another one", needed)
                : Finding.missing(
                        "store-same",
                        Severity.LIMITS,
                        "another one than on " + String.join(", ", others),
                        needed,
                        "mount the same shared file system on all of them");
    }
}
