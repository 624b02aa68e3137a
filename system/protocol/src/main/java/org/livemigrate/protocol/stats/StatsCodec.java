package org.livemigrate.protocol.stats;

import java.util.HashSet;
import java.util.Set;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.JsonMessages;
import org.livemigrate.protocol.json.ProblemException;
import tools.jackson.core.JacksonException;

/**
 * The bytes of a {@link StatsDiff} on the queue: JSON in UTF-8. Reading is strict, because whoever reads acts on it:
 * what passes {@link #decode} has usable ids, possible values and no contradiction.
 */
public final class StatsCodec {

    /** The AMQP content type of a message. */
    public static final String CONTENT_TYPE = "application/json";

    /**
     * Longest message in bytes: some 25,000 containers on one host, and well below what brokers refuse (RabbitMQ 4:
     * 16 MiB).
     */
    public static final int MAX_BYTES = 8 << 20;

    /** A million cores on one host; more is a broken sampler, and sums of it could overflow. */
    public static final long MAX_CPU_MILLICORES = 1_000_000_000L;

    /** 64 TiB; see {@link #MAX_CPU_MILLICORES}. */
    public static final long MAX_MEMORY_BYTES = 1L << 46;

    private StatsCodec() {}

    /** The message's body; it may be longer than {@link #MAX_BYTES}, which is the sender's to refuse. */
    public static byte[] encode(StatsDiff diff) {
        return Json.mapper().writeValueAsBytes(diff);
    }

    /**
     * Reads a message's body.
     *
     * @throws UnreadableStatsException when it is too long, not JSON, of another version, or says what cannot be; the
     *     reason holds no more of the body than an id or a number
     */
    public static StatsDiff decode(byte[] body) throws UnreadableStatsException {
        if (body.length > MAX_BYTES) {
            throw new UnreadableStatsException(
                    "the message has " + body.length + " bytes; at most " + MAX_BYTES + " are read");
        }
        try {
            StatsDiff diff = Json.mapper().readValue(body, StatsDiff.class);
            if (diff == null) {
                throw new UnreadableStatsException("the message is JSON null instead of an object");
            }
            check(diff);
            return diff;
        } catch (JacksonException e) {
            throw new UnreadableStatsException("not a statistics message: " + shorten(JsonMessages.describe(e)), e);
        } catch (ProblemException e) {
            throw new UnreadableStatsException(e.getMessage(), e);
        }
    }

    private static void check(StatsDiff diff) throws UnreadableStatsException {
        Ids.require("agent", diff.agent());
        Ids.require("incarnation", diff.incarnation());
        Set<String> seen = new HashSet<>();
        for (ContainerSample sample : diff.changed()) {
            String id = Ids.require("container id", sample.id());
            if (!seen.add(id)) {
                throw new UnreadableStatsException("container " + id + " is in the message twice");
            }
            within(id, "cpuMillicores", sample.cpuMillicores(), MAX_CPU_MILLICORES);
            within(id, "memoryBytes", sample.memoryBytes(), MAX_MEMORY_BYTES);
        }
        for (String id : diff.removed()) {
            if (!seen.add(Ids.require("container id", id))) {
                throw new UnreadableStatsException(
                        "container " + id + " is in the message twice, at least once as removed");
            }
        }
    }

    private static void within(String id, String what, long value, long most) throws UnreadableStatsException {
        if (value > most) {
            throw new UnreadableStatsException(
                    "container " + id + ": " + what + " is " + value + ", above the possible " + most);
        }
    }

    private static String shorten(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() > 300 ? line.substring(0, 300) + "…" : line;
    }
}
