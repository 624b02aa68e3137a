package org.livemigrate.benchmarks.migration.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.sweep.Workload;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A Redis client in this process, which stays where it is while its server is moved. It fills the server; then it reads
 * some keys at a time over one TCP connection, compares each to the last byte with what it wrote there last, and writes it
 * anew. What was written is known here alone, so that a server which came back with older data is caught. The first wrong
 * reply, and a connection that breaks, end it.
 */
final class ClientElsewhere implements ServerClient {

    /** As often as a container ticks, so that both see a standstill as sharply. */
    private static final Duration EVERY = Duration.ofMillis(Workload.TICK_MS);

    private static final int AT_A_TIME = (int) (Workload.REPLIES_PER_SECOND * EVERY.toMillis() / 1_000);
    private static final int FILLED_AT_A_TIME = 500;
    private static final Duration CONNECTS_WITHIN = Duration.ofMinutes(1);
    private static final Duration ONE_ATTEMPT = Duration.ofSeconds(2);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(250);
    private static final double NS_PER_MS = 1e6;

    private final Jedis connection;
    private final int[] versions = new int[Workload.KEYS];
    private final Random random;
    private final Thread thread;

    private long checked;
    private long checkedBefore;
    private long longestGapNanos;
    private String fault;
    private boolean closed;

    private ClientElsewhere(Jedis connection, long seed) {
        this.connection = connection;
        this.random = new Random(seed);
        this.thread = new Thread(this::ask, "redis-client");
        thread.setDaemon(true);
    }

    /**
     * Connects to a server that was just started, fills it and begins to ask.
     *
     * @param seed of the order in which keys are asked for
     * @throws IOException when it does not let itself be connected to, or be filled
     */
    static ClientElsewhere of(HostAndPort server, long seed) throws IOException, InterruptedException {
        ClientElsewhere client = new ClientElsewhere(connect(server), seed);
        try {
            client.fill();
            client.thread.start();
            return client;
        } catch (JedisException e) {
            client.connection.close();
            throw new IOException("the server at " + server + " could not be filled: " + e.getMessage(), e);
        }
    }

    private static Jedis connect(HostAndPort server) throws IOException, InterruptedException {
        // no reply is too late: how late it is is the question, and whoever waits for replies ends what hangs
        DefaultJedisClientConfig config = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis((int) ONE_ATTEMPT.toMillis())
                .socketTimeoutMillis(0)
                .build();
        long deadline = System.nanoTime() + CONNECTS_WITHIN.toNanos();
        while (true) {
            try {
                return new Jedis(server, config);
            } catch (JedisException e) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(
                            "no server at " + server + " after " + CONNECTS_WITHIN.toSeconds() + " s: " + e.getMessage()
                                    + " Does the inventory's network reach from here?",
                            e);
                }
            }
            TimeUnit.NANOSECONDS.sleep(BETWEEN_ATTEMPTS.toNanos());
        }
    }

    private void fill() {
        for (int begin = 0; begin < versions.length; begin += FILLED_AT_A_TIME) {
            try (Pipeline pipeline = connection.pipelined()) {
                for (int key = begin; key < Math.min(begin + FILLED_AT_A_TIME, versions.length); key++) {
                    pipeline.set(name(key), value(key, 0));
                }
            }
        }
    }

    private void ask() {
        long next = System.nanoTime();
        long last = next;
        try {
            while (true) {
                int replies = askSome();
                long now = System.nanoTime();
                if (!goesOnAfter(replies, now - last)) {
                    return;
                }
                last = now;
                next = Math.max(next + EVERY.toNanos(), now);
                LockSupport.parkNanos(next - System.nanoTime());
            }
        } catch (JedisException | IOException e) {
            fails(e.getMessage());
        }
    }

    /** @return how many replies were right */
    private int askSome() throws IOException {
        int[] keys = random.ints(AT_A_TIME, 0, versions.length).distinct().toArray();
        List<Response<byte[]>> replies = new ArrayList<>();
        List<Response<String>> written = new ArrayList<>();
        try (Pipeline pipeline = connection.pipelined()) {
            for (int key : keys) {
                replies.add(pipeline.get(name(key)));
                written.add(pipeline.set(name(key), value(key, versions[key] + 1)));
            }
        }
        for (int i = 0; i < keys.length; i++) {
            if (!Arrays.equals(replies.get(i).get(), value(keys[i], versions[keys[i]]))) {
                throw new IOException("key " + keys[i] + " does not hold what was written there last");
            }
            written.get(i).get();
            versions[keys[i]]++;
        }
        return keys.length;
    }

    private static byte[] name(int key) {
        return Integer.toString(key).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] value(int key, int version) {
        byte[] pattern = (key + " " + version + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] value = new byte[Workload.VALUE_BYTES];
        for (int i = 0; i < value.length; i++) {
            value[i] = pattern[i % pattern.length];
        }
        return value;
    }

    private synchronized boolean goesOnAfter(int replies, long gapNanos) {
        checked += replies;
        longestGapNanos = Math.max(longestGapNanos, gapNanos);
        notifyAll();
        return !closed;
    }

    private synchronized void fails(String what) {
        fault = what;
        notifyAll();
    }

    @Override
    public synchronized void begins() throws IOException {
        if (fault != null) {
            throw new IOException("the server's client has given up: " + fault);
        }
        checkedBefore = checked;
        longestGapNanos = 0;
    }

    @Override
    public synchronized Row.Replies ended(Observed home) throws IOException, InterruptedException {
        long atEnd = checked;
        long deadline = System.nanoTime() + REPLIES_WITHIN.toNanos();
        while (checked == atEnd && fault == null) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new IOException("the server's client has had no reply for " + REPLIES_WITHIN.toSeconds()
                        + " s after the migration's end");
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return new Row.Replies(
                checkedBefore, atEnd - checkedBefore, checked, fault == null ? 0 : 1, longestGapNanos / NS_PER_MS);
    }

    @Override
    public synchronized Optional<String> fault() {
        return Optional.ofNullable(fault);
    }

    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            closed = true;
        }
        try {
            // it may be waiting for a reply that does not come
            connection.close();
        } catch (JedisException e) {
            // it was broken already
        }
        thread.join(ONE_ATTEMPT.toMillis());
    }
}
