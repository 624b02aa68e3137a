package org.livemigrate.controller.fleet;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.host.HostFacts;

/**
 * What each host last said of itself, silent ones included: a migration may have to reach the agent of a host that has
 * left the fleet. Thread-safe.
 */
public final class HeartbeatRegistry {

    /**
     * @param heartbeat the last one
     * @param receivedAt on the wall clock, for people
     */
    public record Entry(Heartbeat heartbeat, Instant receivedAt) {}

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /**
     * Notes a heartbeat.
     *
     * @return whether the host's agent is another process than the last one
     */
    boolean note(Heartbeat heartbeat, Instant now) {
        Entry before = entries.put(heartbeat.host().id(), new Entry(heartbeat, now));
        return before != null && !before.heartbeat().incarnation().equals(heartbeat.incarnation());
    }

    public Optional<Entry> find(String host) {
        return Optional.ofNullable(entries.get(host));
    }

    public Optional<HostFacts> facts(String host) {
        return find(host).map(entry -> entry.heartbeat().host());
    }

    /** Where the host's agent answers. */
    public Optional<URI> agentUri(String host) {
        return facts(host).map(HostFacts::agentUri);
    }
}
