package org.livemigrate.agent.heartbeat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.scheduler.model.ConstraintLabels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which networks this host has, as labels; asked anew from time to time, since an operator makes and removes them. */
public final class NetworkLabels {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkLabels.class);

    private static final Duration KEPT = Duration.ofMinutes(1);

    private final Supplier<Set<String>> networks;
    private final Clock clock;

    private Set<String> known = Set.of();
    private Instant askedAt = Instant.MIN;

    /** @param networks asks the runtime for their names */
    public NetworkLabels(Supplier<Set<String>> networks, Clock clock) {
        this.networks = networks;
        this.clock = clock;
    }

    /** The host with its networks of now, or the last that are known. The host's own labels win. */
    public synchronized HostFacts addedTo(HostFacts host) {
        Instant now = clock.instant();
        if (askedAt.equals(Instant.MIN) || Duration.between(askedAt, now).abs().compareTo(KEPT) >= 0) {
            askedAt = now;
            try {
                known = networks.get();
            } catch (ProblemException e) {
                LOG.warn("which networks there are is not known; asked again in a minute: {}", e.getMessage());
            }
        }
        Map<String, String> labels = new TreeMap<>();
        known.stream().map(ConstraintLabels::network).forEach(label -> labels.put(label.key(), label.value()));
        labels.putAll(host.labels());
        return host.withLabels(labels);
    }
}
