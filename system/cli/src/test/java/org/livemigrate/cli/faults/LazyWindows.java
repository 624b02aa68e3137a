package org.livemigrate.cli.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.livemigrate.agent.runtime.ModelledImage;
import org.livemigrate.agent.runtime.ModelledRuntime;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.ProblemException;

/**
 * What works beside an agent while containers arrive lazily: the shim that waits armed and restores by itself once it was
 * told to, the server of pages, and the guard that stops a container whose pages no longer come. They are processes of
 * their own: they outlive the agent, killed or paused, and end with the host's power.
 */
final class LazyWindows {

    private static final int PARTS = 4;
    private static final Duration LONGEST_PART = Duration.ofSeconds(5);
    private static final Duration UNREACHABLE_RETRY = Duration.ofSeconds(2);

    /** Pages that will never come. */
    record Lost(String how, Instant since, Instant at) {}

    /** One container on its way in. */
    static final class Window {
        /** Fails when the runtime does not take it. */
        final CompletableFuture<ContainerFacts> restored = new CompletableFuture<>();

        /** Empty once all are in. */
        final CompletableFuture<Optional<Lost>> pages = new CompletableFuture<>();

        private boolean told;
        private boolean hollow;
        private boolean stalled;
        private Instant runsSince;
        private int length;
    }

    private final World world;
    private final EventLoop loop;
    private final String host;
    private final ModelledRuntime runtime;
    private final SimProcess machine;
    private final Map<String, Window> windows = new TreeMap<>();

    /** @param machine for its clock */
    LazyWindows(World world, String host, ModelledRuntime runtime, SimProcess machine) {
        this.world = world;
        this.loop = world.loop;
        this.host = host;
        this.runtime = runtime;
        this.machine = machine;
    }

    Set<String> containers() {
        return Set.copyOf(windows.keySet());
    }

    void arm(String container) {
        windows.put(container, new Window());
    }

    Optional<Window> find(String container) {
        return Optional.ofNullable(windows.get(container));
    }

    /** What an earlier life of the agent had armed and not told to restore. */
    void sendHome() {
        windows.values().removeIf(window -> !window.told);
    }

    /**
     * The word to the armed shim.
     *
     * @param file of the images in the store
     */
    Window go(String container, ModelledImage image, String file, boolean lazily, Duration restore) {
        Window window = windows.get(container);
        window.told = true;
        window.length = world.files.nodes.get(file).length;
        loop.after(restore, null, host + " shim", () -> {
            if (windows.get(container) != window) {
                return;
            }
            ContainerFacts facts;
            try {
                facts = runtime.restore(image);
            } catch (ProblemException e) {
                window.restored.completeExceptionally(e);
                return;
            }
            window.runsSince = machine.now();
            if (lazily) {
                serve(container, window, file, PARTS);
            } else {
                window.pages.complete(Optional.empty());
            }
            window.restored.complete(facts);
        });
        return window;
    }

    private void serve(String container, Window window, String file, int parts) {
        loop.after(world.weather.pagesTake(LONGEST_PART), null, host + " pages", () -> {
            if (windows.get(container) != window || window.hollow) {
                return;
            }
            SharedFiles.Node node = world.files.nodes.get(file);
            if (!world.weather.reachable(host, host)) {
                loop.after(UNREACHABLE_RETRY, null, host + " pages", () -> serve(container, window, file, parts));
            } else if (node == null || node.length < window.length) {
                lose(container, "its images are gone");
            } else if (world.weather.pagesFail()) {
                lose(container, "the server of pages died");
            } else if (parts > 1) {
                serve(container, window, file, parts - 1);
            } else {
                loop.tell(() -> container.substring(0, 6) + " has all of its pages on " + host);
                window.pages.complete(Optional.empty());
            }
        });
    }

    /** The rest of the memory reads as zeros from here on, so the guard stops it within the same event. */
    void lose(String container, String how) {
        Window window = windows.get(container);
        loop.tell(() -> container.substring(0, 6) + " loses its pages on " + host + ": " + how);
        window.hollow = true;
        window.stalled = world.bug != Bug.HOLLOW_COPY_RUNS;
        window.pages.complete(Optional.of(new Lost(how, window.runsSince, machine.now())));
    }

    /** The control group's freezer lets go of it, if it holds it. */
    void unfreeze(String container) {
        find(container).ifPresent(window -> window.stalled = false);
    }

    /** All pages are in and known to be. */
    void over(String container) {
        windows.remove(container);
    }

    /** Ends whatever is at work for it, and its processes. */
    void disarm(String container) {
        if (windows.remove(container) != null) {
            runtime.end(container);
        }
    }

    void powerFailed() {
        windows.clear();
    }

    boolean stalled(String container) {
        return find(container).filter(window -> window.stalled).isPresent();
    }

    /** Lacks pages that will never come. */
    boolean hollow(String container) {
        return find(container).filter(window -> window.hollow).isPresent();
    }
}
