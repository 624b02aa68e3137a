package org.livemigrate.cli.faults;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.livemigrate.controller.migration.MoveOrder;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;

/**
 * One seed: some minutes of storm over a small fleet, then peace, in which everything must come to its end. The script
 * of what goes wrong runs in virtual time like everything else.
 */
final class FaultSimulation {

    private static final Duration WARM_UP = Duration.ofSeconds(45);
    private static final Duration STORM = Duration.ofMinutes(8);
    private static final Duration MOST_PEACE = Duration.ofHours(2);

    /** Longer than the expiry. */
    private static final Duration QUIET = Duration.ofSeconds(150);

    /**
     * What came of a seed.
     *
     * @param digest the same for every run of the seed
     * @param events that happened
     * @param kills of processes and hosts
     * @param migrations by outcome
     * @param violation what did not hold
     * @param story what happened, if it was asked for
     */
    record Outcome(
            long seed,
            long digest,
            long events,
            long kills,
            Map<MigrationOutcome, Integer> migrations,
            Optional<String> violation,
            String story) {}

    private final World world;
    private final EventLoop loop;
    private long kills;

    private FaultSimulation(long seed, Bug bug, boolean tells) {
        this.world = new World(seed, bug, tells);
        this.loop = world.loop;
    }

    static Outcome run(long seed, Bug bug, boolean tells) {
        FaultSimulation simulation = new FaultSimulation(seed, bug, tells);
        EventLoop loop = simulation.loop;
        try {
            simulation.storm();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            loop.close();
        }
        return new Outcome(
                seed,
                loop.digest(),
                loop.happened(),
                simulation.kills + simulation.world.weather.died(),
                simulation.world.invariants.outcomes(),
                loop.violation(),
                loop.story());
    }

    private boolean holds() {
        return loop.violation().isEmpty();
    }

    private void storm() throws InterruptedException {
        loop.sleep(WARM_UP);
        while (holds() && loop.nanos() < STORM.toNanos()) {
            disturb();
            loop.sleep(loop.upTo(Duration.ofSeconds(10)));
        }
        world.peace();
        settle();
        world.controller.pauseScheduling();
        if (holds() && world.controller.executor() != null) {
            for (MigrationView migration : world.controller.executor().list()) {
                if (migration.outcome() == MigrationOutcome.FAILED) {
                    ask(() -> world.controller.executor().recover(migration.id()));
                }
            }
            settle();
        }
        if (holds()) {
            world.invariants.atTheEnd();
        }
    }

    /** Until nothing is under way and nothing is owed, and the last statistics have come. */
    private void settle() throws InterruptedException {
        long until = loop.nanos() + MOST_PEACE.toNanos();
        long quietSince = loop.nanos();
        while (holds() && loop.nanos() < until && loop.nanos() - quietSince < QUIET.toNanos()) {
            loop.sleep(Duration.ofSeconds(5));
            if (world.controller.executor().unfinished() > 0) {
                quietSince = loop.nanos();
            }
        }
    }

    private SimHost anyHost() {
        return world.hosts.get(loop.random.nextInt(world.hosts.size()));
    }

    private void disturb() {
        SimHost host = anyHost();
        switch (loop.random.nextInt(20)) {
            case 0 -> killAgent(host);
            case 1 -> pauseAgent(host);
            case 2 -> powerFails(host);
            case 3 -> host.stopAgent();
            case 4 -> world.weather.cutOff(host.id, loop.upTo(Duration.ofSeconds(300)));
            case 5 -> killController();
            case 6 -> pauseController();
            case 7 -> world.weather.storeFails(loop.upTo(Duration.ofSeconds(20)));
            case 8 -> world.weather.storeIsSlow(loop.upTo(Duration.ofSeconds(60)));
            case 9 -> fillStore();
            case 10 -> jump(host);
            case 11 -> brokerDown();
            case 12 -> world.broker.put("{\"poison\":".getBytes(StandardCharsets.UTF_8));
            case 13 -> recover();
            case 14 -> world.replaceLost(host);
            default -> order();
        }
    }

    private void killAgent(SimHost host) {
        if (host.agent() != null) {
            kills++;
            host.killAgent();
        }
    }

    private void pauseAgent(SimHost host) {
        SimProcess agent = host.agent();
        if (agent != null) {
            loop.tell(() -> host.id + " agent is paused");
            agent.pause(true);
            loop.after(loop.upTo(Duration.ofSeconds(150)), null, host.id + " goes on", () -> agent.pause(false));
        }
    }

    private void powerFails(SimHost host) {
        kills++;
        world.invariants.powerFails(host);
    }

    private void killController() {
        if (world.controller.process() != null) {
            kills++;
            world.controller.kill();
        }
    }

    private void pauseController() {
        SimProcess process = world.controller.process();
        if (process != null) {
            loop.tell(() -> "controller is paused");
            process.pause(true);
            loop.after(loop.upTo(Duration.ofSeconds(60)), null, "controller goes on", () -> process.pause(false));
        }
    }

    private void fillStore() {
        loop.tell(() -> "the store is full");
        world.files.full = true;
        loop.after(loop.upTo(Duration.ofSeconds(60)), null, "room again", () -> world.files.full = false);
    }

    private void jump(SimHost host) {
        Duration by = Duration.ofSeconds(loop.random.nextInt(7_200) - 3_600);
        if (loop.chance(0.3)) {
            loop.tell(() -> "the controller's clock jumps by " + by);
            world.controller.wallOffset = world.controller.wallOffset.plus(by);
        } else {
            loop.tell(() -> "the clock of " + host.id + " jumps by " + by);
            host.wallOffset = host.wallOffset.plus(by);
        }
    }

    private void brokerDown() {
        loop.tell(() -> "the broker is down");
        world.broker.down(true);
        loop.after(loop.upTo(Duration.ofSeconds(90)), null, "broker is up", () -> world.broker.down(false));
    }

    private void recover() {
        if (world.controller.listening() == null || world.controller.process().paused()) {
            return;
        }
        for (MigrationView migration : world.controller.executor().list()) {
            if (migration.outcome() == MigrationOutcome.FAILED) {
                ask(() -> world.controller.executor().recover(migration.id()));
                return;
            }
        }
    }

    /** An operator moves a container from where it runs, or from where the operator thinks it does. */
    private void order() {
        if (world.controller.listening() == null || world.controller.process().paused()) {
            return;
        }
        List<String> ids = List.copyOf(world.containers);
        String container = ids.get(loop.random.nextInt(ids.size()));
        String to = anyHost().id;
        String from = world.hosts.stream()
                .filter(host -> host.copies().get(container) == SimHost.Copy.RUNS)
                .map(host -> host.id)
                .findFirst()
                .orElse(anyHost().id);
        if (from.equals(to)) {
            return;
        }
        MigrationOptions options = world.options();
        ask(() -> {
            List<String> made = world.controller
                    .executor()
                    .submit(List.of(new MoveOrder(container, null, from, to, options, "an operator", null)));
            loop.tell(() -> "ordered " + made + ": " + container.substring(0, 6) + " from " + from + " to " + to);
        });
    }

    /** On the controller's behalf, which may die of it. */
    private void ask(Runnable question) {
        loop.after(Duration.ZERO, world.controller.process(), "operator", () -> {
            try {
                question.run();
            } catch (ProblemException refused) {
                loop.tell(() -> "the controller refuses: " + refused.getMessage());
            }
        });
    }
}
