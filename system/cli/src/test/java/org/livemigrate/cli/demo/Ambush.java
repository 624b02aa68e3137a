package org.livemigrate.cli.demo;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationView;

/** Carries one {@link Strike} out against one migration, and brings the victim back. */
final class Ambush {

    private static final Duration WORK_BEGINS_WITHIN = Duration.ofSeconds(20);

    private final RealLab lab;
    private final RealFleet fleet;
    private final ContainerFacts container;
    private final String from;
    private final String to;
    private final MigrationOptions options;
    private final Optional<Strike> strike;
    private final CompletableFuture<Void> struck = new CompletableFuture<>();
    private boolean refused;
    private volatile boolean inLazyWindow;

    /** @param strike empty to let the migration be */
    Ambush(
            RealLab lab,
            RealFleet fleet,
            ContainerFacts container,
            String from,
            String to,
            MigrationOptions options,
            Optional<Strike> strike) {
        this.lab = lab;
        this.fleet = fleet;
        this.container = container;
        this.from = from;
        this.to = to;
        this.options = options;
        this.strike = strike;
    }

    /** Moves the container under the blow. */
    MigrationView carryOut() throws Exception {
        strike.ifPresent(planned -> fleet.gates().watch((migration, phase, moment) -> reached(planned, phase, moment)));
        try {
            String id = fleet.move(container, from, to, options);
            if (strike.isPresent()) {
                struck.get(120, TimeUnit.SECONDS);
                bringBack(strike.get(), id);
            }
            return fleet.awaitEnd(id);
        } finally {
            fleet.gates().watch(AgentGates.Watcher.NONE);
        }
    }

    private synchronized AgentGates.Verdict reached(Strike planned, Strike.Phase phase, Strike.Moment moment)
            throws InterruptedException {
        if (struck.isDone()) {
            return AgentGates.Verdict.PASS;
        }
        if (planned.phase().undoes() && !refused && phase == Strike.Phase.RESTORE) {
            refused = true;
            return AgentGates.Verdict.REFUSE;
        }
        if (planned.phase() != phase || planned.moment() != moment) {
            return AgentGates.Verdict.PASS;
        }
        try {
            if (moment == Strike.Moment.AT_WORK) {
                awaitWork(planned);
            }
            inLazyWindow = pagesAreComing();
            strikeAt(planned);
            struck.complete(null);
        } catch (IOException | RuntimeException | AssertionError e) {
            struck.completeExceptionally(e);
        }
        return planned.losesTheMessage() ? AgentGates.Verdict.LOSE : AgentGates.Verdict.PASS;
    }

    /** The steps that dump or restore are at work when their program is; the others when they are noted. */
    private void awaitWork(Strike planned) {
        Strike.Phase phase = planned.phase();
        boolean live = planned.engine().equals(Strike.LIVE);
        String program = live ? "runc" : "podman";
        String deed = switch (phase) {
            case FREEZE -> "checkpoint";
            case RESTORE -> "restore";
            case RESUME -> live ? null : "restore"; // a thaw is over before anybody has looked
            default -> null;
        };
        if (deed == null) {
            return;
        }
        String host = phase.atTarget() ? to : from;
        await(program + " " + deed + " on " + host)
                .atMost(WORK_BEGINS_WITHIN)
                .pollInterval(Duration.ofMillis(5))
                .pollDelay(Duration.ZERO)
                .until(() -> lab.processes().stream()
                        .anyMatch(process ->
                                process.node().equals(host) && process.program().equals(program) && process.has(deed)));
    }

    /** Whether pages are still coming in on the target. */
    private boolean pagesAreComing() throws IOException {
        return lab.processes().stream().anyMatch(process -> process.node().equals(to) && process.has("lazy-pages"));
    }

    /** Whether the blow fell while pages were still coming in. */
    boolean struckInLazyWindow() {
        return inLazyWindow;
    }

    private void strikeAt(Strike planned) throws IOException, InterruptedException {
        if (planned.victim() == Strike.Victim.NETWORK) {
            lab.cable(to, false);
            return;
        }
        String name = name(planned.victim());
        fleet.kill(name);
        if (planned.comesBack() == Strike.Return.AT_ONCE) {
            fleet.start(name);
        }
    }

    private void bringBack(Strike planned, String migration) throws IOException, InterruptedException {
        if (planned.comesBack() == Strike.Return.AT_ONCE) {
            return;
        }
        if (planned.victim() != Strike.Victim.CONTROLLER) {
            fleet.patiently(migration + " to have noticed: " + planned)
                    .until(() -> fleet.migration(migration)
                            .map(now -> now.outcome() != null || now.phase().equals("rollback"))
                            .orElse(false));
        }
        if (planned.victim() == Strike.Victim.NETWORK) {
            lab.cable(to, true);
        } else {
            fleet.start(name(planned.victim()));
        }
    }

    private String name(Strike.Victim victim) {
        return switch (victim) {
            case CONTROLLER -> RealFleet.CONTROLLER;
            case SOURCE -> from;
            case TARGET -> to;
            case NETWORK -> throw new IllegalArgumentException("a network is no process");
        };
    }
}
