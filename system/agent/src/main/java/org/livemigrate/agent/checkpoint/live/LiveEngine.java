package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.livemigrate.agent.checkpoint.CheckpointEngine;
import org.livemigrate.agent.checkpoint.Job;
import org.livemigrate.agent.checkpoint.StoredHosts;
import org.livemigrate.agent.checkpoint.network.NetworkHold;
import org.livemigrate.agent.runtime.ContainerRuntime;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.Podman;
import org.livemigrate.agent.store.Manifests;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * Downtime that hardly depends on memory: CRIU dumps straight into the store, chained pre-dumps carry what changes
 * seldom, the target waits armed, and the container runs again before its memory is in (post-copy: Hines, Deshpande and
 * Gopalan, SIGOPS 2009). Podman keeps its books throughout.
 */
public final class LiveEngine implements CheckpointEngine {

    /** What this host can do, by CRIU's own checks. */
    public record Capabilities(boolean checkpoint, boolean preDump, boolean lazyPages) {}

    private final Capabilities can;
    private final Podman podman;
    private final StoredHosts hosts;
    private final Freezer freezer;
    private final LiveSource source;
    private final LiveTarget target;
    private final Path networkHold;

    /** @param state directory for the shim and its marks, this host's own; made when missing */
    public LiveEngine(
            Podman podman,
            ContainerRuntime runtime,
            StoredHosts hosts,
            Capabilities can,
            Path state,
            Path root,
            Clock clock,
            Delay delay) {
        this.can = can;
        this.podman = podman;
        this.hosts = hosts;
        Shim shim = Shim.install(state);
        Podman shimmed = shim.under(podman);
        networkHold = shim.networkHold();
        this.freezer = new Freezer(root);
        Background background = new Background();
        RestoreCost restores = new RestoreCost();
        PreDumps preDumps = new PreDumps(podman.processes(), can.preDump(), restores, clock, delay);
        CopiedVolumes volumes = new CopiedVolumes(runtime, state.resolve("old-volumes"), root);
        source = new LiveSource(
                podman, shim, runtime, freezer, volumes, preDumps, background, clock, delay, standIn(state), root);
        target = new LiveTarget(
                hosts.me(),
                shimmed,
                shim,
                runtime,
                freezer,
                volumes,
                restores,
                background,
                can.lazyPages(),
                clock,
                delay);
    }

    /**
     * Tells peers, and the switches between, where a container is that another engine has brought here.
     *
     * @param pid of a process in its network namespace
     */
    public void announce(int pid) throws InterruptedException {
        NetworkHold.of(podman.processes(), networkHold, pid).announce();
    }

    /**
     * Ends what an earlier life of this agent has left armed. To be called before podman is: it waits for the locks of
     * containers that are being restored.
     *
     * @param state as for the constructor
     */
    public static void releaseArmed(Path state) {
        Shim.sendHome(state);
    }

    /** Podman does not import an archive without this file, whose content only CRIU reads. */
    private static Path standIn(Path state) {
        Path inventory = state.resolve("stand-in/checkpoint/inventory.img");
        try {
            Files.createDirectories(inventory.getParent());
            Files.writeString(inventory, "the images are in the store\n", StandardCharsets.US_ASCII);
            return state.resolve("stand-in");
        } catch (IOException e) {
            throw Shim.stateFailed("cannot write " + inventory + ": " + Failures.why(e), e);
        }
    }

    @Override
    public String name() {
        return "live";
    }

    @Override
    public boolean usable() {
        return can.checkpoint();
    }

    @Override
    public Optional<String> objection(ContainerFacts container, String from) throws InterruptedException {
        Optional<String> bound = Layout.objection(container)
                .or(() -> target.objection(container))
                .or(() -> hosts.imagesObjection(from));
        return bound.isPresent() ? bound : hosts.objection(from);
    }

    @Override
    public boolean surelyRuns(ContainerFacts seen) {
        return freezer.letsRun(seen.pid(), seen.id());
    }

    @Override
    public boolean carriesVolumes() {
        return true;
    }

    @Override
    public PreCopied preCopy(Job job) throws InterruptedException {
        Optional<String> objection = hosts.imagesObjection(job.request().to());
        if (objection.isPresent()) { // the older of two cannot have known
            throw new ProblemException(Problem.conflict("cannot-travel", objection.get()));
        }
        return source.preCopy(job);
    }

    @Override
    public List<String> settledFiles(Job job) {
        LiveImages images = new LiveImages(job.images());
        try {
            return images.settledFiles();
        } catch (IOException e) {
            throw LiveImages.storeFailed(images.root(), e);
        }
    }

    @Override
    public void arm(Job job) throws InterruptedException {
        target.arm(job);
    }

    @Override
    public void disarm(Job job) throws InterruptedException {
        target.disarm(job);
        target.giveUpVolumes(job);
    }

    @Override
    public Frozen freeze(Job job) throws InterruptedException {
        return source.freeze(job);
    }

    @Override
    public Restored restore(Job job) throws InterruptedException {
        return target.restore(job);
    }

    @Override
    public String settle(Job job) throws InterruptedException {
        String note = target.settle(job);
        target.ownVolumes(job);
        return note;
    }

    @Override
    public Optional<String> missingMemory(String container) {
        return target.missingMemory(container);
    }

    @Override
    public ContainerFacts resume(Job job) throws InterruptedException {
        target.settleEarlier(job);
        Optional<ContainerFacts> alive = source.thaw(job);
        if (alive.isPresent()) {
            return alive.get();
        }
        requireWholeImages(job);
        target.restore(job);
        String note = target.settle(job);
        job.progress().report(0.9, note == null ? "restored from the images" : note);
        return target.facts(job);
    }

    /** Its processes are gone, for example after this host was started anew; what podman has of it is of no use. */
    private static void requireWholeImages(Job job) {
        Optional<String> damage;
        try {
            damage = Manifests.damage(job.images());
        } catch (IOException e) {
            damage = Optional.of(Failures.why(e));
        }
        if (damage.isPresent()) {
            throw new ProblemException(new Problem(
                    "resume-failed",
                    "The container cannot be brought back",
                    500,
                    "the frozen processes of container " + job.container() + " are gone, and its images in "
                            + job.images() + " are not whole: " + damage.get() + ". Nothing was removed."));
        }
    }

    @Override
    public void discard(Job job, ContainerFacts present) throws InterruptedException {
        source.discard(job, present);
    }

    @Override
    public void awaitEarlier(Job job, Duration atMost) throws InterruptedException {
        Path last = new LiveImages(job.images()).last();
        for (Path images : List.of(last, source.dumpsInto(job), target.restoresFrom(job))) {
            podman.processes().awaitStrays(images.toString(), atMost);
        }
    }
}
