package org.livemigrate.scheduler.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Compatibility;

/**
 * A container moves only to a host that can restore what its own host checkpoints, by what the hosts' labels say. A
 * fact that one of the two does not tell is no objection.
 *
 * <ul>
 *   <li>{@value #RUNTIME}, {@value #STORE} and {@value #ARCHITECTURE} must be the same;
 *   <li>{@value #CHECKPOINT} must not be {@code false} on either;
 *   <li>of the source's {@value #CPU_FEATURES} (comma-separated) none may be missing: CRIU refuses to restore a process
 *       that may have seen a feature that is gone;
 *   <li>{@value #KERNEL}, {@value #RUNC}, {@value #PODMAN} (their first two numbers) and {@value #CRIU} must not be older on
 *       the destination: images are read by newer versions, not by older ones.
 * </ul>
 */
public record CapabilityMatch() implements Guard {
    public static final String RUNTIME = "livemigrate.runtime";
    public static final String STORE = "livemigrate.store";
    public static final String ARCHITECTURE = "livemigrate.architecture";
    public static final String CHECKPOINT = "livemigrate.checkpoint";
    public static final String CPU_FEATURES = "livemigrate.cpu-features";
    public static final String KERNEL = "livemigrate.kernel";
    public static final String CRIU = "livemigrate.criu";
    public static final String RUNC = "livemigrate.runc";
    public static final String PODMAN = "livemigrate.podman";

    private static final List<String> ALL =
            List.of(RUNTIME, STORE, ARCHITECTURE, CHECKPOINT, CPU_FEATURES, KERNEL, CRIU, RUNC, PODMAN);

    @Override
    public String name() {
        return "capability-match";
    }

    @Override
    public void restrict(Restriction restriction) {
        ClusterSnapshot snapshot = restriction.snapshot();
        Map<List<String>, Integer> classes = new TreeMap<>(CapabilityMatch::compareLists);
        List<Map<String, String>> facts = new ArrayList<>();
        int[] classOf = new int[snapshot.hostCount()];
        for (int h = 0; h < classOf.length; h++) {
            Map<String, String> labels = snapshot.hostLabels(h);
            List<String> key =
                    ALL.stream().map(name -> labels.getOrDefault(name, "")).toList();
            Integer known = classes.putIfAbsent(key, facts.size());
            classOf[h] = known == null ? facts.size() : known;
            if (known == null) {
                facts.add(labels);
            }
        }
        boolean[][] allowed = new boolean[facts.size()][facts.size()];
        boolean all = true;
        for (int from = 0; from < allowed.length; from++) {
            for (int to = 0; to < allowed.length; to++) {
                allowed[from][to] = canRestore(facts.get(from), facts.get(to));
                all &= allowed[from][to];
            }
        }
        if (!all) {
            restriction.compatibility(new Compatibility(classOf, allowed));
        }
    }

    /** Whether a host with the second labels can restore what a host with the first ones checkpoints. */
    public static boolean canRestore(Map<String, String> from, Map<String, String> to) {
        return objection(from, to).isEmpty();
    }

    /** Why a host with the second labels cannot restore what a host with the first ones checkpoints, for people. */
    public static Optional<String> objection(Map<String, String> from, Map<String, String> to) {
        for (String name : List.of(RUNTIME, STORE, ARCHITECTURE)) {
            String here = from.get(name);
            String there = to.get(name);
            if (here != null && there != null && !here.equals(there)) {
                return Optional.of(name + " is " + there + " instead of " + here);
            }
        }
        if ("false".equals(from.get(CHECKPOINT)) || "false".equals(to.get(CHECKPOINT))) {
            return Optional.of(CHECKPOINT + " is false on one of the two");
        }
        if (from.containsKey(CPU_FEATURES) && to.containsKey(CPU_FEATURES)) {
            Set<String> missing = features(from);
            missing.removeAll(features(to));
            if (!missing.isEmpty()) {
                return Optional.of("its processor lacks " + String.join(", ", missing));
            }
        }
        return Stream.of(Map.entry(KERNEL, 2), Map.entry(RUNC, 2), Map.entry(PODMAN, 2), Map.entry(CRIU, 3))
                .filter(version -> isOlder(from.get(version.getKey()), to.get(version.getKey()), version.getValue()))
                .map(version -> version.getKey() + " is " + to.get(version.getKey()) + ", older than "
                        + from.get(version.getKey()))
                .findFirst();
    }

    private static Set<String> features(Map<String, String> labels) {
        return new TreeSet<>(Arrays.asList(labels.get(CPU_FEATURES).split("[,\\s]+")));
    }

    private static boolean isOlder(String from, String to, int numbers) {
        return from != null && to != null && Arrays.compare(version(to, numbers), version(from, numbers)) < 0;
    }

    /** The leading numbers of a version: 6.1 of {@code 6.1.0-37-cloud-amd64}. */
    private static int[] version(String text, int numbers) {
        int[] version = new int[numbers];
        String[] parts = text.split("[^0-9]+");
        for (int k = 0, n = 0; k < parts.length && n < numbers; k++) {
            if (!parts[k].isEmpty() && parts[k].length() < 9) {
                version[n++] = Integer.parseInt(parts[k]);
            }
        }
        return version;
    }

    private static int compareLists(List<String> a, List<String> b) {
        for (int k = 0; k < a.size(); k++) {
            int order = a.get(k).compareTo(b.get(k));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
