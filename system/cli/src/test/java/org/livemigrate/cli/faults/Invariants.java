package org.livemigrate.cli.faults;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.livemigrate.agent.store.Manifests;
import org.livemigrate.cli.faults.SharedFiles.Node;
import org.livemigrate.controller.migration.MigrationListener;
import org.livemigrate.protocol.event.FleetEvent;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.migration.ImageManifest;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.policy.Policy;

/**
 * What must hold, looked at from outside after every event: the runtimes, the file server, the disks and the queue as
 * they are, not as anybody believes them to be.
 */
final class Invariants {

    /** What a container may be set back by without anybody's being told: a restore that fails as it succeeds. */
    private static final Duration WORTH_A_WORD = Duration.ofMillis(500);

    private final World world;
    private final EventLoop loop;
    private final Map<MigrationOutcome, Integer> outcomes = new EnumMap<>(MigrationOutcome.class);

    /** Host on which each container ran after the event before, if any. */
    private final Map<String, String> ranOn = new HashMap<>();

    /** Epoch of the claim by which each container was last let run, and the host that held it. */
    private final Map<String, Long> ranIn = new HashMap<>();

    private final Map<String, String> ranLastOn = new HashMap<>();

    /** Containers that the power failure of their host has ended, when nothing else of them existed. */
    private final TreeSet<String> lostWithHost = new TreeSet<>();

    /**
     * Containers of which the power failure of their source has taken the frozen copy: until the other has its pages, the
     * images are all that it can be brought back from, and nobody has synced them.
     */
    private final TreeSet<String> exposed = new TreeSet<>();

    /** How often each container had been started, at most, when it ran: more than once the same is a step back. */
    private final Map<String, Integer> furthest = new HashMap<>();

    /** Migration by whose claim each container was last let run, and when. */
    private final Map<String, String> ranBy = new HashMap<>();

    private final Map<String, Long> ranSinceNanos = new HashMap<>();
    private final Map<String, Long> ranUntilNanos = new HashMap<>();

    /** Migrations whose target's copy ran and is not the one that went on. */
    private final TreeSet<String> setBack = new TreeSet<>();

    /** Newest epoch that each host has accepted for each container. */
    private final Map<String, Long> acceptedEpoch = new HashMap<>();

    /** Epoch of each container's claim after the event before. */
    private final Map<String, Long> claimedEpoch = new HashMap<>();

    /** Images of which a copy has run since. */
    private final TreeSet<String> used = new TreeSet<>();

    // of the controller's present life
    private final Map<String, Long> heardNanos = new HashMap<>();
    private final Map<String, Long> rejoinedNanos = new HashMap<>();
    private final Map<String, Long> appliedNanos = new HashMap<>();
    private final TreeSet<String> lossToBeTold = new TreeSet<>();

    Invariants(World world) {
        this.world = world;
        this.loop = world.loop;
    }

    Map<MigrationOutcome, Integer> outcomes() {
        return outcomes;
    }

    boolean isLost(String container) {
        return lostWithHost.contains(container);
    }

    int lost() {
        return lostWithHost.size();
    }

    /** A new container needs no claim. */
    void made(String container, SimHost host) {
        ranOn.put(container, host.id);
        ranLastOn.put(container, host.id);
        ranIn.put(container, 0L);
        ranSinceNanos.put(container, loop.nanos());
        furthest.put(container, 0);
    }

    /** What there is of one container on the hosts, if it can go on. */
    private static final class Form {
        private String runsOn;
        private String runsAlsoOn;
    }

    private Map<String, Form> forms() {
        Map<String, Form> forms = new HashMap<>();
        for (SimHost host : world.hosts) {
            host.copies().forEach((container, copy) -> {
                if (copy == SimHost.Copy.DEAD) {
                    return;
                }
                Form form = forms.computeIfAbsent(container, c -> new Form());
                if (copy == SimHost.Copy.RUNS_HOLLOW) {
                    loop.violated("container " + container + " runs on " + host.id + " without its memory");
                }
                if (copy == SimHost.Copy.STOPPED || copy == SimHost.Copy.FROZEN) {
                    return;
                }
                if (form.runsOn == null) {
                    form.runsOn = host.id;
                } else {
                    form.runsAlsoOn = host.id;
                }
            });
        }
        return forms;
    }

    void check() {
        Map<String, Form> forms = forms();
        for (String container : world.containers) {
            checkClaims(container);
            Form form = forms.get(container);
            if (form == null) {
                if (exposed.contains(container) && imagesOf(container).isEmpty()) {
                    lost(container);
                }
                if (!lostWithHost.contains(container) && !exposed.contains(container) && !imagesAreWhole(container)) {
                    loop.violated("container " + container + " is nowhere, and nobody has reported a loss");
                }
                stops(container);
                continue;
            }
            if (form.runsAlsoOn != null) {
                loop.violated("container " + container + " runs on " + form.runsOn + " and on " + form.runsAlsoOn);
            }
            String before = ranOn.get(container);
            if (form.runsOn == null) {
                stops(container);
            } else if (!form.runsOn.equals(before)) {
                begins(container, form.runsOn);
                ranOn.put(container, form.runsOn);
            } else if (exposed.contains(container)
                    && !world.host(form.runsOn).arriving().contains(container)) {
                exposed.remove(container);
            }
        }
        if (!world.broker.allAccountedFor()) {
            loop.violated("a confirmed statistics message is neither queued nor settled");
        }
    }

    private void stops(String container) {
        if (ranOn.remove(container) != null) {
            ranUntilNanos.put(container, loop.nanos());
        }
    }

    private void lost(String container) {
        if (lostWithHost.add(container)) {
            loop.tell(() -> container.substring(0, 6) + " is lost");
            if (world.controller.process() != null && world.controller.hasSeen(container)) {
                lossToBeTold.add(container);
            }
        }
    }

    /** A copy of an earlier state goes on: what the container did since on another host is lost. */
    private void stepsBack(String container, String host, String migration) {
        int starts =
                world.host(host).runtime().ticks(container).orElseThrow().gaps().size();
        Integer reached = furthest.get(container);
        furthest.merge(container, starts, Math::max);
        String last = ranBy.put(container, migration);
        Long since = ranSinceNanos.put(container, loop.nanos());
        if (reached != null && starts <= reached) {
            long ran = ranUntilNanos.getOrDefault(container, loop.nanos()) - since;
            loop.tell(() -> container.substring(0, 6) + " is set back by " + ran / 1_000_000 + " ms");
            // on one host it is that host's power failure, which takes whatever ran there
            if (ran > WORTH_A_WORD.toNanos() && !host.equals(ranLastOn.get(container))) {
                setBack.add(last);
            }
        }
    }

    /** Whoever lets a container run holds its newest claim, and each epoch lets one host run it. */
    private void begins(String container, String host) {
        used.addAll(imagesOf(container));
        stepsBack(container, host, migrationOf(container));
        long epoch = claimOf(container, host);
        Long last = ranIn.put(container, epoch);
        String lastHost = ranLastOn.put(container, host);
        lostWithHost.remove(container);
        lossToBeTold.remove(container);
        loop.tell(() -> container.substring(0, 6) + " runs on " + host + " in epoch " + epoch);
        if (epoch == 0) {
            loop.violated("container " + container + " runs on " + host + ", which has no claim of it");
        } else if (last != null && (epoch < last || epoch == last && !host.equals(lastHost))) {
            loop.violated("container " + container + " runs on " + host + " by the claim of epoch " + epoch
                    + ", and has run on " + lastHost + " in epoch " + last + " before");
        }
    }

    /** Whoever asks has made durable what it asks for. */
    void asked(String migration, StepRequest request) {
        Long epoch = (Long)
                world.controller.disk.durable("epochs").get(request.container().id());
        if (!world.controller.disk.durable("migrations").containsKey(migration)
                || epoch == null
                || epoch < request.epoch()) {
            loop.violated("migration " + migration + " asks in epoch " + request.epoch()
                    + ", and the controller's journal knows nothing of it");
        }
    }

    /** Whoever accepts has made that durable, and accepts nothing older afterwards. */
    void accepted(SimHost host, String key, MigrationStep step, StepRequest request, boolean known) {
        if (!host.disk.durable("steps").containsKey(key)) {
            loop.violated(host.id + " accepts " + key + " and could forget it");
        }
        String container = host.id + "/" + request.container().id();
        long newest = acceptedEpoch.getOrDefault(container, 0L);
        // a COMMIT may be owed for long; of the copy that it takes away the claim decides, not the epoch
        if (!known && step != MigrationStep.COMMIT && request.epoch() < newest) {
            loop.violated(host.id + " accepts " + key + " after epoch " + newest);
        }
        if (step != MigrationStep.PREPARE) {
            acceptedEpoch.put(container, Math.max(newest, request.epoch()));
        }
    }

    /** Names of the files that are a container's claim; one, but none before the first. */
    private List<String> claims(String container) {
        String directory = "/store/claims/" + container + "/";
        return world.files.nodes.subMap(directory, "/store/claims/" + container + "0").keySet().stream()
                .map(file -> file.substring(directory.length()))
                .toList();
    }

    private static long epochOf(List<String> claims) {
        return claims.isEmpty() ? 0 : Long.parseLong(claims.get(0).split(",", -1)[0]);
    }

    /** The store holds one file for each container that ever moved, and its epoch never goes back. */
    private void checkClaims(String container) {
        List<String> claims = claims(container);
        long epoch = epochOf(claims);
        long before = claimedEpoch.getOrDefault(container, 0L);
        if (claims.size() > 1) {
            loop.violated("the store keeps " + claims + " of container " + container);
        } else if (epoch < before) {
            loop.violated("the claim on container " + container + " went from epoch " + before + " back to " + epoch);
        }
        claimedEpoch.put(container, epoch);
    }

    /** Epoch of the claim that stands, if it entitles the host. */
    private long claimOf(String container, String host) {
        List<String> claims = claims(container);
        String[] parts = claims.isEmpty() ? new String[0] : claims.get(0).split(",", -1);
        return parts.length == 4 && parts[1].equals(host) ? Long.parseLong(parts[0]) : 0;
    }

    private String migrationOf(String container) {
        List<String> claims = claims(container);
        return claims.isEmpty() ? "" : claims.get(0).split(",", -1)[2];
    }

    private boolean imagesAreWhole(String container) {
        return imagesOf(container).stream().anyMatch(directory -> !used.contains(directory));
    }

    private TreeSet<String> imagesOf(String container) {
        TreeSet<String> all = new TreeSet<>();
        for (Map.Entry<String, Node> file : world.files.nodes.entrySet()) {
            if (file.getKey().startsWith("/store/images/") && file.getKey().endsWith("/" + Manifests.FILE)) {
                String directory = file.getKey().substring(0, file.getKey().lastIndexOf('/') + 1);
                ImageManifest manifest = Json.mapper().readValue(file.getValue().content(), ImageManifest.class);
                boolean whole = manifest.files().stream().allMatch(image -> {
                    Node node = world.files.nodes.get(directory + image.name());
                    if (node == null || node.length != image.bytes()) {
                        return false;
                    }
                    CRC32C sum = new CRC32C();
                    sum.update(node.content());
                    return sum.getValue() == image.crc32c()
                            && new String(node.content(), StandardCharsets.UTF_8).contains(container);
                });
                if (whole) {
                    all.add(directory);
                }
            }
        }
        return all;
    }

    /** A host loses power; what ran there and is nowhere else is lost by nobody's fault. */
    void powerFails(SimHost host) {
        TreeSet<String> onlyHere = new TreeSet<>(exposed);
        Map<String, SimHost.Copy> copies = host.copies();
        for (String container : world.containers) {
            if (host.id.equals(ranOn.get(container))) {
                if (!exposed.contains(container) && (!isArriving(container, host) || isCommitted(container, host))) {
                    lost(container); // what is left elsewhere is waste
                }
            } else if (copies.get(container) == SimHost.Copy.FROZEN && !isSettledElsewhere(container)) {
                exposed.add(container);
                onlyHere.add(container);
            }
        }
        host.crash();
        Map<String, Form> left = forms();
        for (String container : world.containers) {
            boolean images = exposed.contains(container) ? !imagesOf(container).isEmpty() : imagesAreWhole(container);
            if (onlyHere.contains(container) && !left.containsKey(container) && !images) {
                lost(container);
            }
        }
    }

    private boolean isSettledElsewhere(String container) {
        String on = ranOn.get(container);
        return on != null && (!isArriving(container, world.host(on)) || isCommitted(container, world.host(on)));
    }

    /** Whether it was restored here and the source has yet to be told that it may remove its copy. */
    private boolean isArriving(String container, SimHost host) {
        return host.disk.durable("steps").entrySet().stream()
                .anyMatch(step -> step.getKey().endsWith(".restore." + ranIn.get(container))
                        && ((String) step.getValue()).contains(container));
    }

    /** Whether the target has answered VERIFY: from then on the source's copy is removed. */
    private boolean isCommitted(String container, SimHost host) {
        return host.disk.durable("steps").entrySet().stream()
                .anyMatch(step -> step.getKey().endsWith(".verify." + ranIn.get(container))
                        && ((String) step.getValue()).contains(container)
                        && ((String) step.getValue()).contains("\"result\":{"));
    }

    void controllerStarted() {
        heardNanos.clear();
        rejoinedNanos.clear();
        appliedNanos.clear();
        lossToBeTold.clear(); // it has never heard of them
    }

    void heard(String host) {
        Long before = heardNanos.put(host, loop.nanos());
        if (before == null || loop.nanos() - before >= SimController.EXPIRY.toNanos()) {
            rejoinedNanos.put(host, loop.nanos());
        }
    }

    void applied(StatsDiff diff) {
        appliedNanos.put(diff.agent(), loop.nanos());
    }

    /** A policy whose every snapshot is compared with what the controller can know. */
    Policy watch(Policy policy) {
        return new Policy() {
            @Override
            public String name() {
                return policy.name();
            }

            @Override
            public MigrationPlan plan(ClusterSnapshot snapshot) {
                for (int h = 0; h < snapshot.hostCount(); h++) {
                    seen(snapshot.hostId(h), snapshot.isSchedulable(h));
                }
                return policy.plan(snapshot);
            }
        };
    }

    private void seen(String host, boolean schedulable) {
        long expiry = SimController.EXPIRY.toNanos();
        Long heard = heardNanos.get(host);
        if (heard == null || loop.nanos() - heard >= expiry) {
            loop.violated("a plan is made with host " + host + ", which has been silent for longer than the expiry");
        }
        Long applied = appliedNanos.get(host);
        if (schedulable && (applied == null || applied <= rejoinedNanos.get(host) - expiry)) {
            loop.violated("a plan believes statistics of " + host + " from before it was expired");
        }
    }

    MigrationListener ends() {
        return new MigrationListener() {
            @Override
            public void started(MigrationView migration) {}

            @Override
            public void ended(MigrationView migration) {
                outcomes.merge(migration.outcome(), 1, Integer::sum);
                if (setBack.contains(migration.id()) && !tellsOfLoss(migration)) {
                    loop.violated("migration " + migration.id() + " has set its container back and does not say so: "
                            + migration);
                }
            }
        };
    }

    private static boolean tellsOfLoss(MigrationView migration) {
        return migration.problem() != null
                && Stream.concat(Stream.of(migration.problem().detail()), migration.notes().stream())
                        .anyMatch(said -> said.contains("is lost"));
    }

    private boolean isOvertaken(MigrationView failed) {
        return world.controller.executor().list().stream()
                .anyMatch(other -> other.container().equals(failed.container()) && other.epoch() > failed.epoch());
    }

    /** When all is quiet: every container runs once, and the controller's picture is what is. */
    void atTheEnd() {
        Map<String, Form> forms = forms();
        for (String container : world.containers) {
            Form form = forms.get(container);
            if (!lostWithHost.contains(container) && (form == null || form.runsOn == null)) {
                loop.violated("at the end container " + container + " runs nowhere");
            }
        }
        for (MigrationView migration : world.controller.executor().list()) {
            if (migration.outcome() == null) {
                loop.violated("migration " + migration.id() + " has not ended: " + migration);
            } else if (migration.outcome() == MigrationOutcome.FAILED
                    && !lostWithHost.contains(migration.container())
                    && !isOvertaken(migration)) {
                loop.violated("migration " + migration.id() + " failed for good: " + migration);
            }
        }
        TreeSet<Object> told = new TreeSet<>();
        for (FleetEvent event : world.controller.events().after(null)) {
            if (event.kind().equals("container-gone")) {
                told.add(event.data().get("id"));
            }
        }
        lossToBeTold.stream()
                .filter(lost -> !told.contains(lost))
                .forEach(lost -> loop.violated("container " + lost
                        + " is lost, the controller had seen it, and no event says that it is gone"));
        ClusterSnapshot picture = world.controller.fleet().snapshot();
        Map<String, String> believed = new TreeMap<>();
        for (int c = 0; c < picture.containerCount(); c++) {
            believed.put(picture.containerId(c), picture.hostId(picture.hostOf(c)));
        }
        Map<String, String> truth = new TreeMap<>();
        forms.forEach((container, form) -> {
            if (form.runsOn != null) {
                truth.put(container, form.runsOn);
            }
        });
        if (!believed.equals(truth)) {
            loop.violated("the picture is " + believed + ", and the truth " + truth);
        }
        for (SimHost host : world.hosts) {
            host.copies().forEach((container, copy) -> {
                if (copy == SimHost.Copy.DEAD && !lostWithHost.contains(container)) {
                    loop.violated(host.id + " keeps a dead copy of container " + container);
                }
            });
            if (!lostWithHost.containsAll(host.arriving())) {
                loop.violated(host.id + " still waits for " + host.arriving());
            }
            if (host.reservations() > 0) {
                loop.violated(host.id + " keeps reservations of migrations that have ended: "
                        + host.disk.durable("reservations"));
            }
        }
    }
}
