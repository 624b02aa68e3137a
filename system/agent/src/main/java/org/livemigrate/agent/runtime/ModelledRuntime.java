package org.livemigrate.agent.runtime;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * Containers that are models: they need no kernel support and no image, use CPU as their trace says, and count only
 * while they run. Containers live as long as this object. Thread-safe.
 */
public final class ModelledRuntime implements ContainerRuntime {

    private static final String RUNNING = "running";
    private static final String CHECKPOINTED = "checkpointed";
    private static final String PAUSED = "paused";
    private static final String EXITED = "exited";

    private final String host;
    private final Clock clock;
    private final Delay delay;
    private final Set<String> missingImages;
    private final TreeMap<String, Modelled> containers = new TreeMap<>();
    private long made;

    /** One container; {@code startedAt} is null while it stands still. */
    private record Modelled(
            ContainerFacts facts,
            ContainerModel model,
            long ranMs,
            Instant startedAt,
            Instant stoppedAt,
            List<Ticks.Gap> gaps) {

        long ranMs(Instant now) {
            return startedAt == null
                    ? ranMs
                    : ranMs + Math.max(0, Duration.between(startedAt, now).toMillis());
        }
    }

    /** Holds every image. */
    public ModelledRuntime(String host, Clock clock, Delay delay) {
        this(host, clock, delay, Set.of());
    }

    /** @param missingImages images that this host is to lack */
    public ModelledRuntime(String host, Clock clock, Delay delay, Set<String> missingImages) {
        this.host = host;
        this.clock = clock;
        this.delay = delay;
        this.missingImages = Set.copyOf(missingImages);
    }

    @Override
    public String name() {
        return "modelled";
    }

    @Override
    public synchronized List<ContainerFacts> list(boolean all) {
        return containers.values().stream()
                .map(Modelled::facts)
                .filter(facts -> all || facts.running())
                .toList();
    }

    @Override
    public synchronized Optional<ContainerFacts> inspect(String idOrName) {
        return find(idOrName).map(Modelled::facts);
    }

    private Optional<Modelled> find(String idOrName) {
        Modelled byId = containers.get(idOrName);
        return byId != null
                ? Optional.of(byId)
                : containers.values().stream()
                        .filter(container -> container.facts().name().equals(idOrName))
                        .findFirst();
    }

    @Override
    public synchronized ContainerFacts run(CreateContainer create) {
        if (find(create.name()).isPresent()) {
            throw new ProblemException(Problem.conflict(
                    "name-taken",
                    "this host has a container named " + create.name() + ": choose another name or remove it."));
        }
        if (!hasImage(create.image())) {
            throw new ProblemException(
                    Problem.conflict("image-missing", "this host does not hold image " + create.image() + "."));
        }
        requireNetwork(create);
        ContainerModel model = ContainerModel.of(create);
        Instant now = clock.instant();
        String id = digest(host + "/" + create.name() + "/" + now + "/" + made++);
        ContainerFacts facts = new ContainerFacts(
                id,
                create.name(),
                create.image(),
                digest(create.image()),
                RUNNING,
                (int) made,
                now,
                create.cpuLimitMillicores(),
                create.memoryLimitBytes(),
                List.of(),
                create.network(),
                List.of(),
                create.labels(),
                create.command());
        containers.put(id, new Modelled(facts, model, 0, now, null, List.of()));
        return facts;
    }

    @Override
    public synchronized void remove(String idOrName) {
        find(idOrName)
                .ifPresent(container -> containers.remove(container.facts().id()));
    }

    @Override
    public synchronized void removeStopped(String idOrName) {
        find(idOrName).ifPresent(container -> {
            if (container.facts().running()) {
                throw new ProblemException(Problem.conflict(
                        "still-running",
                        "container " + container.facts().name() + " runs on this host: it is not removed."));
            }
            containers.remove(container.facts().id());
        });
    }

    @Override
    public boolean hasImage(String image) {
        return missingImages.stream()
                .noneMatch(missing -> missing.equals(image) || digest(missing).equals(image));
    }

    @Override
    public Map<String, List<String>> networks() {
        return Map.of();
    }

    @Override
    public void followStats(Duration interval, Consumer<UseReading> readings) throws InterruptedException {
        // a CPU clock for each container, which the trace's present value drives
        TreeMap<String, UseReading> last = new TreeMap<>();
        while (true) {
            List<UseReading> round = new ArrayList<>();
            synchronized (this) {
                Instant now = clock.instant();
                long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
                for (Modelled container : containers.values()) {
                    String id = container.facts().id();
                    if (!container.facts().running()) {
                        last.remove(id);
                        continue;
                    }
                    UseReading before = last.get(id);
                    long used = before == null
                            ? 0
                            : before.cpuNanos()
                                    + container.model().cpuAt(container.ranMs(now))
                                            * Math.max(0, nanos - before.atNanos())
                                            / 1_000;
                    UseReading reading = new UseReading(
                            id,
                            container.facts().name(),
                            used,
                            nanos,
                            container.model().memoryBytes());
                    last.put(id, reading);
                    round.add(reading);
                }
                last.keySet().retainAll(containers.keySet());
            }
            round.forEach(readings);
            delay.pass(interval);
        }
    }

    /** The ticker's state; empty when there is no such container. */
    public synchronized Optional<Ticks> ticks(String idOrName) {
        return find(idOrName)
                .map(container -> new Ticks(
                        container.facts().id(),
                        container.ranMs(clock.instant()) / container.model().tickMs(),
                        container.model().tickMs(),
                        container.gaps()));
    }

    /** How it behaves; empty when there is no such container. */
    public synchronized Optional<ContainerModel> model(String idOrName) {
        return find(idOrName).map(Modelled::model);
    }

    /** Stops a running container and keeps it on disk, as a checkpoint does. */
    public synchronized ModelledImage freeze(String id) {
        return stop(id, CHECKPOINTED);
    }

    /** Stops a running container and keeps it in memory alone, as the control group freezer does. */
    public synchronized ModelledImage pause(String id) {
        return stop(id, PAUSED);
    }

    /** Its processes end, if it has any; what is left is a name that cannot go on. */
    public synchronized void end(String id) {
        containers.computeIfPresent(id, (same, container) -> ended(container, clock.instant()));
    }

    private static Modelled ended(Modelled container, Instant now) {
        return new Modelled(
                container.facts().inState(EXITED, 0, container.facts().startedAt()),
                container.model(),
                container.ranMs(now),
                null,
                container.stoppedAt() == null ? now : container.stoppedAt(),
                container.gaps());
    }

    private ModelledImage stop(String id, String state) {
        Modelled running = existing(id);
        if (!running.facts().running()) {
            throw new ProblemException(Problem.conflict(
                    "not-running", "container " + id + " is " + running.facts().state() + " on this host."));
        }
        Instant now = clock.instant();
        Modelled stopped = new Modelled(
                running.facts().inState(state, 0, running.facts().startedAt()),
                running.model(),
                running.ranMs(now),
                null,
                now,
                running.gaps());
        containers.put(id, stopped);
        return image(stopped);
    }

    /** Lets a stopped container go on where it stopped; one that runs is left alone. */
    public synchronized ContainerFacts thaw(String id) {
        Modelled stopped = existing(id);
        if (stopped.facts().running()) {
            return stopped.facts();
        }
        if (stopped.facts().state().equals(EXITED)) {
            throw new ProblemException(
                    Problem.conflict("not-frozen", "the processes of container " + id + " have ended on this host."));
        }
        return start(image(stopped));
    }

    /** Makes a container from an image and lets it go on where it stopped. */
    public synchronized ContainerFacts restore(ModelledImage image) {
        if (containers.containsKey(image.facts().id())
                || find(image.facts().name()).isPresent()) {
            throw new ProblemException(Problem.conflict(
                    "name-taken",
                    "this host already has container " + image.facts().name() + " ("
                            + image.facts().id() + ")."));
        }
        return start(image);
    }

    private ContainerFacts start(ModelledImage image) {
        Instant now = clock.instant();
        List<Ticks.Gap> gaps = new ArrayList<>(image.gaps());
        gaps.add(new Ticks.Gap(
                image.ranMs() / image.model().tickMs(),
                image.stoppedAt(),
                now,
                Duration.between(image.stoppedAt(), now).toMillis()));
        Modelled running = new Modelled(
                image.facts().inState(RUNNING, (int) ++made, now), image.model(), image.ranMs(), now, null, gaps);
        containers.put(image.facts().id(), running);
        return running.facts();
    }

    private static ModelledImage image(Modelled stopped) {
        return new ModelledImage(
                stopped.facts(), stopped.model(), stopped.ranMs(), stopped.stoppedAt(), stopped.gaps());
    }

    private Modelled existing(String id) {
        Modelled container = containers.get(id);
        if (container == null) {
            throw new ProblemException(Problem.notFound("this host has no container " + id + "."));
        }
        return container;
    }

    /** As long and as unique as a runtime's ids, and the same in every replay. */
    private static String digest(String text) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** As when the host loses power: what ran, or stood still in memory, is lost; what was stopped is on disk. */
    public synchronized void powerFailed() {
        containers.values().removeIf(container -> container.facts().running());
        containers.replaceAll((id, container) ->
                container.facts().state().equals(PAUSED) ? ended(container, clock.instant()) : container);
    }

    /** Every container of this host and whether it runs, for invariant checks. */
    public synchronized Map<String, Boolean> running() {
        Map<String, Boolean> all = new TreeMap<>();
        containers.forEach((id, container) -> all.put(id, container.facts().running()));
        return all;
    }
}
