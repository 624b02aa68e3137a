package org.livemigrate.cli.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.livemigrate.agent.stats.StatsSink;
import org.livemigrate.controller.stats.StatsIntake;
import org.livemigrate.protocol.stats.StatsCodec;

/**
 * The queue between agents and controller, as RabbitMQ keeps it: in order, confirmed to the publisher when it is stored,
 * delivered again when its consumer goes away before it has acknowledged. It can be down, and it can be full.
 */
final class SimBroker {

    static final String ADDRESS = "broker";

    private static final int MOST = 200;
    private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(5);

    private record Message(long number, byte[] body) {}

    private final EventLoop loop;
    private final SimNetwork.Faults network;
    private final Deque<Message> queue = new ArrayDeque<>();
    private CompletableFuture<Void> arrived = new CompletableFuture<>();
    private boolean down;
    private long numbers;
    private long stored;
    private long acknowledged;
    private long dead;

    SimBroker(EventLoop loop, SimNetwork.Faults network) {
        this.loop = loop;
        this.network = network;
    }

    void down(boolean value) {
        down = value;
        poke();
    }

    /** A message of somebody else's making. */
    void put(byte[] body) {
        queue.addLast(new Message(numbers++, body));
        stored++;
        poke();
    }

    private void poke() {
        CompletableFuture<Void> waiting = arrived;
        arrived = new CompletableFuture<>();
        waiting.complete(null);
    }

    /** What was confirmed is in the queue, acknowledged after it was applied, or in the dead queue. */
    boolean allAccountedFor() {
        return stored == queue.size() + acknowledged;
    }

    int length() {
        return queue.size();
    }

    long dead() {
        return dead;
    }

    /** As an agent's connection: one message at a time, each awaits its confirm. */
    StatsSink publisher(String host, SimProcess process) {
        return diff -> {
            process.requireAlive();
            if (down || !network.reachable(host, ADDRESS)) {
                return false;
            }
            byte[] body = StatsCodec.encode(diff);
            loop.tell(() -> host + " tells " + diff.sequence() + (diff.full() ? " full " : " ")
                    + diff.changed().size() + " -" + diff.removed().size());
            CompletableFuture<Boolean> confirm = new CompletableFuture<>();
            if (!network.loses()) {
                loop.after(network.delay(), null, host + " publishes", () -> {
                    if (down || queue.size() >= MOST) {
                        confirm.complete(false);
                        return;
                    }
                    put(body);
                    if (!network.loses()) {
                        loop.after(network.delay(), null, "confirm to " + host, () -> confirm.complete(true));
                    }
                });
            }
            try {
                return loop.await(confirm, CONFIRM_TIMEOUT) && confirm.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        };
    }

    /**
     * As the controller's subscription: the production code settles each message, then it is acknowledged.
     *
     * @param applied whether the controller has taken the message in
     */
    void consume(SimProcess process, StatsIntake intake, Predicate<byte[]> applied) {
        loop.start(process, "controller consumes", () -> {
            try {
                while (true) {
                    CompletableFuture<Void> more = arrived;
                    Message next = down ? null : queue.peekFirst();
                    if (next == null) {
                        loop.await(more, Duration.ofHours(1));
                        continue;
                    }
                    loop.sleep(Duration.ofMillis(1));
                    long deadBefore = dead;
                    boolean settled = intake.settle(next.body(), Long.toString(next.number()), deadQueue());
                    // the acknowledgement is on its way: the controller may die, or the connection be lost, before it
                    // comes
                    loop.sleep(network.delay());
                    if (settled && !down && !network.loses() && queue.peekFirst() == next) {
                        if (dead == deadBefore && !applied.test(next.body())) {
                            loop.violated("message " + next.number() + " is acknowledged and was not applied");
                        }
                        queue.removeFirst();
                        acknowledged++;
                    }
                }
            } catch (InterruptedException closing) {
                // the subscription ends
            } catch (IOException e) {
                loop.violated("the dead queue refused: " + e);
            }
        });
    }

    private StatsIntake.DeadQueue deadQueue() {
        return new StatsIntake.DeadQueue() {
            @Override
            public void put(byte[] body, String originalId, String reason) {
                dead++;
            }

            @Override
            public boolean isOpen() {
                return true;
            }
        };
    }
}
