package org.livemigrate.controller.migration;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.livemigrate.controller.time.ManualTimeline;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.ClaimView;
import org.livemigrate.protocol.migration.ImageManifest;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;

/**
 * Hosts, their agents, the store and the network between them and the executor, under a manual timeline. Agents keep
 * the contract (idempotent steps, fenced epochs, exclusive claims); what goes wrong, a {@link Weather} decides. After
 * every effect the invariants are checked.
 */
final class FakeAgents implements AgentClient {

    /** What goes wrong. */
    interface Weather {
        /** Time a request or answer takes. */
        default Duration delay() {
            return Duration.ofMillis(5);
        }

        /** Time the agent works. */
        default Duration work(String host, MigrationStep step) {
            return Duration.ofMillis(100);
        }

        /** Whether the host can be reached now. */
        default boolean reachable(String host) {
            return true;
        }

        /** Whether this request gets lost on its way. */
        default boolean losesRequest(String host, MigrationStep step) {
            return false;
        }

        /** Whether this answer gets lost on its way, after the agent did what was asked. */
        default boolean losesAnswer(String host, MigrationStep step) {
            return false;
        }

        /** Whether a loss is seen at once (connection reset) or never (no packet comes). */
        default boolean lossIsSeen() {
            return true;
        }

        /** How much later the same request arrives once more; {@code null}: never. */
        default Duration duplicate(String host, MigrationStep step) {
            return null;
        }

        /** How the agent fails at the step, {@code null}: it does not. */
        default Failure failure(String host, MigrationStep step) {
            return null;
        }
    }

    /** Where in a step the agent fails. */
    enum Failure {
        /** Before it changed anything. */
        EARLY,
        /** After the decisive change: frozen, claimed, killed. */
        LATE
    }

    enum Copy {
        RUNNING,
        FROZEN
    }

    private static final String GONE = "(given up)";

    private final class Host {
        final String id;
        final Map<String, Copy> copies = new HashMap<>();
        final Map<String, Long> newestEpoch = new HashMap<>();
        final Map<String, CompletableFuture<StepResult>> answers = new HashMap<>();
        /** The step that a container is at; the next one begins when it has ended. */
        final Map<String, CompletableFuture<StepResult>> last = new HashMap<>();

        final Set<String> abandoned = new HashSet<>();

        Host(String id) {
            this.id = id;
        }
    }

    private final ManualTimeline timeline;
    private Weather weather = new Weather() {};
    private final Map<String, Host> hosts = new HashMap<>();
    private final Map<String, String> claims = new HashMap<>();
    private final Set<String> images = new HashSet<>();
    private final Set<String> frozenOk = new HashSet<>();
    private final Set<String> verified = new HashSet<>();
    private final Set<String> containers = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    final List<String> log = new ArrayList<>();

    FakeAgents(ManualTimeline timeline, String... hostIds) {
        this.timeline = timeline;
        for (String id : hostIds) {
            hosts.put(id, new Host(id));
        }
    }

    void weather(Weather value) {
        weather = value;
    }

    void run(String host, String container) {
        containers.add(container);
        hosts.get(host).copies.put(container, Copy.RUNNING);
    }

    /** Hosts on which the container runs. */
    List<String> runningOn(String container) {
        return hosts.values().stream()
                .filter(host -> host.copies.get(container) == Copy.RUNNING)
                .map(host -> host.id)
                .sorted()
                .toList();
    }

    boolean hasCopy(String host, String container) {
        return hosts.get(host).copies.containsKey(container);
    }

    boolean hasImages(String migration) {
        return images.contains(migration);
    }

    List<String> violations() {
        return violations;
    }

    /** The agent's process is restarted: what it was at is cut off, its answers of ended steps are durable. */
    void restartAgent(String host) {
        hosts.get(host).answers.values().removeIf(answer -> !answer.isDone());
        hosts.get(host).last.clear();
        log.add(timeline.elapsed() + " " + host + " agent restarted");
    }

    @Override
    public CompletableFuture<ContainerFacts> container(String host, String container) {
        return exchange(host, null, () -> {
            Copy copy = hosts.get(host).copies.get(container);
            return copy == null
                    ? CompletableFuture.failedFuture(new ProblemException(Problem.notFound("no " + container)))
                    : CompletableFuture.completedFuture(facts(container, copy));
        });
    }

    static ContainerFacts facts(String container, Copy copy) {
        return new ContainerFacts(
                container,
                container,
                "localhost/stress:latest",
                "sha256:0",
                copy == Copy.RUNNING ? "running" : "exited",
                copy == Copy.RUNNING ? 1 : 0,
                Instant.EPOCH,
                0,
                0,
                List.of(),
                "none",
                List.of(),
                Map.of(),
                List.of());
    }

    @Override
    public CompletableFuture<Long> newestEpoch(String host, String container) {
        return exchange(host, null, () -> {
            long claimed = claims.keySet().stream()
                    .filter(claim -> claim.startsWith(container + "@"))
                    .mapToLong(claim -> Long.parseLong(claim.substring(container.length() + 1)))
                    .max()
                    .orElse(0);
            return CompletableFuture.completedFuture(
                    Math.max(claimed, hosts.get(host).newestEpoch.getOrDefault(container, 0L)));
        });
    }

    @Override
    public CompletableFuture<ClaimView> claim(String host, String container, long epoch) {
        return exchange(host, null, () -> {
            String owner = claims.get(container + "@" + epoch);
            return CompletableFuture.completedFuture(
                    new ClaimView(container, epoch, GONE.equals(owner) ? null : owner));
        });
    }

    @Override
    public CompletableFuture<StepResult> step(String host, String migration, MigrationStep step, StepRequest request) {
        Duration again = weather.duplicate(host, step);
        if (again != null) {
            timeline.after(again, () -> {
                if (weather.reachable(host)) {
                    log.add(timeline.elapsed() + " " + host + " " + step + " duplicate arrives");
                    arrives(hosts.get(host), migration, step, request);
                }
            });
        }
        return exchange(host, step, () -> arrives(hosts.get(host), migration, step, request));
    }

    private interface Arrival<T> {
        CompletableFuture<T> at();
    }

    private <T> CompletableFuture<T> exchange(String host, MigrationStep step, Arrival<T> arrival) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (!weather.reachable(host) || weather.losesRequest(host, step)) {
            lose(answer, host);
            return answer;
        }
        timeline.after(
                weather.delay(),
                () -> arrival.at().whenComplete((value, failure) -> {
                    if (!weather.reachable(host) || weather.losesAnswer(host, step)) {
                        lose(answer, host);
                        return;
                    }
                    timeline.after(weather.delay(), () -> {
                        if (failure == null) {
                            answer.complete(value);
                        } else {
                            answer.completeExceptionally(failure);
                        }
                    });
                }));
        return answer;
    }

    private void lose(CompletableFuture<?> answer, String host) {
        if (weather.lossIsSeen()) {
            timeline.after(
                    weather.delay(),
                    () -> answer.completeExceptionally(new IllegalStateException(host + " unreachable")));
        }
    }

    private CompletableFuture<StepResult> arrives(
            Host host, String migration, MigrationStep step, StepRequest request) {
        String container = request.container().id();
        String key = migration + "/" + step + "/" + request.epoch();
        CompletableFuture<StepResult> known = host.answers.get(key);
        if (known != null) {
            return known;
        }
        long newest = host.newestEpoch.getOrDefault(container, 0L);
        if (step != MigrationStep.COMMIT && request.epoch() < newest) {
            return CompletableFuture.failedFuture(new ProblemException(
                    Problem.conflict("stale-epoch", "epoch " + request.epoch() + " is older than " + newest)));
        }
        host.newestEpoch.merge(container, request.epoch(), Math::max);
        CompletableFuture<StepResult> answer = new CompletableFuture<>();
        host.answers.put(key, answer);
        CompletableFuture<StepResult> before = host.last.put(container, answer);
        if (before == null) {
            begins(host, migration, step, request, answer);
        } else {
            before.whenComplete((result, failure) -> begins(host, migration, step, request, answer));
        }
        return answer;
    }

    private void begins(
            Host host,
            String migration,
            MigrationStep step,
            StepRequest request,
            CompletableFuture<StepResult> answer) {
        String container = request.container().id();
        String key = migration + "/" + step + "/" + request.epoch();
        timeline.after(weather.work(host.id, step), () -> {
            if (host.answers.get(key) != answer) {
                return; // the agent was restarted meanwhile
            }
            try {
                if (step != MigrationStep.COMMIT && request.epoch() < host.newestEpoch.get(container)) {
                    throw new ProblemException(Problem.conflict("stale-epoch", "a newer epoch has come meanwhile"));
                }
                Failure failure = weather.failure(host.id, step);
                if (failure == Failure.EARLY) {
                    throw new ProblemException(Problem.internal(step + " failed early"));
                }
                StepResult result = work(host, migration, step, request, failure == Failure.LATE);
                log.add(timeline.elapsed() + " " + host.id + " " + key + " done");
                check(container, migration);
                answer.complete(result);
            } catch (ProblemException e) {
                log.add(timeline.elapsed() + " " + host.id + " " + key + " refused: " + e.getMessage());
                check(container, migration);
                answer.completeExceptionally(e);
                if (step == MigrationStep.COMMIT || step == MigrationStep.ABANDON) {
                    host.answers.remove(key); // a failed clean-up may be tried again
                }
            }
        });
    }

    private StepResult work(Host host, String migration, MigrationStep step, StepRequest request, boolean failLate) {
        String container = request.container().id();
        ImageManifest written = null;
        switch (step) {
            case PREPARE -> refuseIf(host.copies.containsKey(container), "the id is in use");
            case PRECOPY -> refuseIf(host.copies.get(container) != Copy.RUNNING, "it does not run");
            case ARM -> {
                refuseIf(host.copies.containsKey(container), "the id is in use");
                refuseIf(failLate, "ARM failed late");
            }
            case FREEZE -> {
                refuseIf(!host.copies.containsKey(container), "there is no such container");
                host.copies.put(container, Copy.FROZEN);
                refuseIf(failLate, "FREEZE failed late");
                images.add(migration);
                frozenOk.add(migration);
                written = new ImageManifest(List.of(new ImageManifest.ImageFile("pages", 1 << 20, 7L)));
            }
            case RESTORE -> {
                if (!frozenOk.contains(migration)) {
                    violations.add("RESTORE without a successful FREEZE in " + migration);
                }
                refuseIf(host.abandoned.contains(migration + "@" + request.epoch()), "abandoned");
                win(host, container, request.epoch());
                refuseIf(failLate, "RESTORE failed after the claim");
                refuseIf(!images.contains(migration), "no images");
                host.copies.put(container, Copy.RUNNING);
            }
            case VERIFY -> {
                refuseIf(failLate, "VERIFY failed");
                refuseIf(host.copies.get(container) != Copy.RUNNING, "it does not run");
                verified.add(migration);
            }
            case COMMIT -> commit(host, migration, request);
            case ABANDON -> {
                host.abandoned.add(migration + "@" + request.epoch());
                if (!host.id.equals(request.to())) {
                    violations.add("ABANDON sent to " + host.id);
                }
                host.copies.remove(container);
                refuseIf(failLate, "ABANDON failed late");
                claims.computeIfPresent(
                        container + "@" + request.epoch(), (k, owner) -> owner.equals(host.id) ? GONE : owner);
            }
            case RESUME -> {
                win(host, container, request.epoch());
                refuseIf(failLate, "RESUME failed after the claim");
                refuseIf(!host.copies.containsKey(container), "there is no such container");
                host.copies.put(container, Copy.RUNNING);
            }
        }
        return new StepResult(100, step == MigrationStep.FREEZE ? 1 << 20 : 0, written, null, null, null);
    }

    private void commit(Host host, String migration, StepRequest request) {
        if (!verified.contains(migration)) {
            violations.add("COMMIT before VERIFY in " + migration);
        }
        if (host.id.equals(request.from())) {
            if (host.copies.get(request.container().id()) == Copy.RUNNING) {
                violations.add("COMMIT removes a running source in " + migration);
            }
            host.copies.remove(request.container().id());
        }
        images.remove(migration);
    }

    private void win(Host host, String container, long epoch) {
        String owner = claims.putIfAbsent(container + "@" + epoch, host.id);
        refuseIf(owner != null && !owner.equals(host.id), "claim-lost to " + owner);
    }

    private static void refuseIf(boolean condition, String why) {
        if (condition) {
            throw new ProblemException(Problem.conflict("refused", why));
        }
    }

    /** At most one runs; one is recoverable. */
    private void check(String container, String migration) {
        List<String> running = runningOn(container);
        if (running.size() > 1) {
            violations.add(container + " runs on " + running);
        }
        boolean copy = hosts.values().stream().anyMatch(host -> host.copies.containsKey(container));
        if (!copy && !images.contains(migration)) {
            violations.add(container + " is lost");
        }
    }

    Set<String> containers() {
        return containers;
    }
}
