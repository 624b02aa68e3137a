package org.livemigrate.benchmarks.migration.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.sweep.Workload;
import redis.clients.jedis.HostAndPort;

/** Against a server that speaks as much of Redis's protocol as is needed here, and can be frozen, wrong and gone. */
class ClientElsewhereTest {

    private FakeRedis server;
    private ClientElsewhere client;

    @BeforeEach
    void start() throws Exception {
        server = new FakeRedis(0);
        client = ClientElsewhere.of(new HostAndPort("127.0.0.1", server.port()), 1);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void theServerIsFilled() {
        assertThat(server.size()).isEqualTo(Workload.KEYS);
    }

    @Test
    void aServerThatIsNotThereYetIsWaitedFor() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        CompletableFuture<ClientElsewhere> early = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                early.complete(ClientElsewhere.of(new HostAndPort("127.0.0.1", port), 1));
            } catch (IOException | InterruptedException e) {
                early.completeExceptionally(e);
            }
        });
        waiting.setDaemon(true);
        waiting.start();
        Thread.sleep(300);
        assertThat(early).as("no server").isNotDone();
        FakeRedis late = new FakeRedis(port);
        early.get(30, TimeUnit.SECONDS).close();
        late.close();
    }

    @Test
    void aStandstillIsMeasuredAndRepliesGoOnAfterIt() throws Exception {
        server.awaitReplies();
        client.begins();
        long begun = System.nanoTime();
        server.freeze();
        long frozen = System.nanoTime();
        Thread.sleep(200);
        double frozenMs = (System.nanoTime() - frozen) / 1e6;
        server.thaw();
        Row.Replies seen = client.ended(null);
        double allMs = (System.nanoTime() - begun) / 1e6;
        assertThat(seen.wrong()).isZero();
        assertThat(seen.before()).isPositive();
        assertThat(seen.after()).isGreaterThan(seen.before() + seen.during());
        assertThat(seen.longestGapMs()).isBetween(frozenMs, allMs + 5_000);
    }

    @Test
    void aServerThatCameBackWithOlderDataIsCaught() throws Exception {
        client.begins();
        server.forgetWrites();
        assertThat(untilWrong()).isEqualTo(1);
        assertThat(client.fault().orElseThrow()).contains("written there last");
        assertThatThrownBy(client::begins).isInstanceOf(IOException.class).hasMessageContaining("written there last");
    }

    @Test
    void aConnectionThatBreaksIsCaught() throws Exception {
        client.begins();
        server.close();
        assertThat(untilWrong()).isEqualTo(1);
    }

    /** Right replies may come before it. */
    private long untilWrong() throws Exception {
        long wrong = 0;
        while (wrong == 0) {
            wrong = client.ended(null).wrong();
        }
        return wrong;
    }

    private static final class FakeRedis {
        private final ServerSocket listening;
        private final Map<String, byte[]> values = new ConcurrentHashMap<>();
        private final Semaphore running = new Semaphore(1);
        private volatile Socket client;
        private volatile boolean forgets;
        private final Semaphore replied = new Semaphore(0);

        FakeRedis(int port) throws IOException {
            listening = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
            Thread thread = new Thread(this::serve, "fake-redis");
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return listening.getLocalPort();
        }

        int size() {
            return values.size();
        }

        void awaitReplies() throws InterruptedException {
            replied.drainPermits();
            replied.acquire(100);
        }

        /** Returns when a question waits. */
        void freeze() throws InterruptedException {
            running.acquire();
            while (!running.hasQueuedThreads()) {
                Thread.sleep(1);
            }
        }

        void thaw() {
            running.release();
        }

        void forgetWrites() {
            forgets = true;
        }

        void close() throws IOException {
            listening.close();
            client.close();
        }

        private void serve() {
            try (Socket socket = listening.accept()) {
                client = socket;
                InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream();
                while (in.read() == '*') {
                    byte[][] words = new byte[number(in)][];
                    for (int i = 0; i < words.length; i++) {
                        in.read();
                        words[i] = in.readNBytes(number(in));
                        in.skipNBytes(2);
                    }
                    running.acquire();
                    try {
                        out.write(answer(words));
                    } finally {
                        running.release();
                    }
                    replied.release();
                }
            } catch (IOException e) {
                // the test has ended, or closed it
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private byte[] answer(byte[][] words) {
            String command = new String(words[0], StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
            if (command.equals("GET")) {
                byte[] value = values.get(key(words));
                byte[] head = ("$" + value.length + "\r\n").getBytes(StandardCharsets.US_ASCII);
                byte[] all = new byte[head.length + value.length + 2];
                System.arraycopy(head, 0, all, 0, head.length);
                System.arraycopy(value, 0, all, head.length, value.length);
                all[all.length - 2] = '\r';
                all[all.length - 1] = '\n';
                return all;
            }
            if (command.equals("SET") && !forgets) {
                values.put(key(words), words[2]);
            }
            return (command.equals("PING") ? "+PONG\r\n" : "+OK\r\n").getBytes(StandardCharsets.US_ASCII);
        }

        private static String key(byte[][] words) {
            return new String(words[1], StandardCharsets.US_ASCII);
        }

        private static int number(InputStream in) throws IOException {
            StringBuilder digits = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (Character.isDigit(next)) {
                    digits.append((char) next);
                }
            }
            return Integer.parseInt(digits.toString());
        }
    }
}
