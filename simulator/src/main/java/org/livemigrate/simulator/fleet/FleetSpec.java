package org.livemigrate.simulator.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.livemigrate.scheduler.power.PowerModel;

/**
 * The hosts of a simulation, in the order of their ids.
 *
 * @param name as it was asked for
 * @param hosts ascending by id
 * @param planetLab whether this is the setting of Beloglazov and Buyya 2012, which brings container sizes of its own
 */
public record FleetSpec(String name, List<HostSpec> hosts, boolean planetLab) {
    private static final Pattern GROUP = Pattern.compile("(\\d+)(?:x(\\d+)m(?:/(\\d+)(MiB|GiB))?)?");
    private static final long MIB = 1L << 20;
    private static final int MAX_HOSTS = 1_000_000;

    /**
     * VM classes of the paper, section 5.2: 2500, 2000, 1000 and 500 MIPS; memory as in the authors' code (870, 1740,
     * 1740, 613 MB). A MIPS counts as a millicore.
     */
    public static final ContainerSizes PLANETLAB_SIZES = new ContainerSizes(List.of(
            new ContainerSizes.Size(2500, 870 * MIB),
            new ContainerSizes.Size(2000, 1740 * MIB),
            new ContainerSizes.Size(1000, 1740 * MIB),
            new ContainerSizes.Size(500, 613 * MIB)));

    /** For traces that say nothing of size, on hosts that say nothing of it either. */
    public static final ContainerSizes DEFAULT_SIZES =
            new ContainerSizes(List.of(new ContainerSizes.Size(1000, 512 * MIB)));

    public FleetSpec {
        hosts = List.copyOf(hosts);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("a fleet needs at least one host");
        }
    }

    /** 800 hosts, every other one an HP ML110 G4 (2 × 1860) or G5 (2 × 2660), 4 GiB each. */
    public static FleetSpec planetLab(int count) {
        List<HostSpec> hosts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boolean g4 = i % 2 == 0;
            hosts.add(new HostSpec(
                    id(i, count),
                    g4 ? 2 * 1860 : 2 * 2660,
                    4096 * MIB,
                    g4 ? PowerModel.ML110_G4 : PowerModel.ML110_G5));
        }
        return new FleetSpec("planetlab", hosts, true);
    }

    /**
     * Reads {@code planetlab} (or {@code planetlab:COUNT}), {@code 100}, {@code 100x8000m} or {@code 100x8000m/32GiB};
     * several groups with {@code +} between. What is not said is 4000 millicores and 8 GiB.
     *
     * @throws IllegalArgumentException naming the part that is not understood
     */
    public static FleetSpec parse(String text) {
        if (text.equals("planetlab")) {
            return planetLab(800);
        }
        if (text.matches("planetlab:\\d{1,6}")) {
            return planetLab(Integer.parseInt(text.substring("planetlab:".length())));
        }
        List<long[]> groups = new ArrayList<>();
        long total = 0;
        for (String part : text.split("\\+", -1)) {
            Matcher group = GROUP.matcher(part.strip());
            if (!group.matches() || group.group(1).length() > 7) {
                throw new IllegalArgumentException("--hosts: '" + part + "' is neither 'planetlab' nor like 100,"
                        + " 100x8000m or 100x8000m/32GiB.");
            }
            long count = Long.parseLong(group.group(1));
            long unit = "MiB".equals(group.group(4)) ? MIB : MIB << 10;
            try {
                groups.add(new long[] {
                    count,
                    group.group(2) == null ? 4000 : Long.parseLong(group.group(2)),
                    group.group(3) == null ? 8 * (MIB << 10) : Math.multiplyExact(Long.parseLong(group.group(3)), unit)
                });
            } catch (NumberFormatException | ArithmeticException e) {
                throw new IllegalArgumentException("--hosts: '" + part + "' is more than a host can have.", e);
            }
            total += count;
        }
        if (total < 1 || total > MAX_HOSTS) {
            throw new IllegalArgumentException(
                    "--hosts: " + total + " hosts; 1 to " + MAX_HOSTS + " can be simulated.");
        }
        List<HostSpec> hosts = new ArrayList<>();
        for (long[] group : groups) {
            for (long k = 0; k < group[0]; k++) {
                hosts.add(new HostSpec(id(hosts.size(), (int) total), group[1], group[2], PowerModel.ML110_G5));
            }
        }
        return new FleetSpec(text, hosts, false);
    }

    private static String id(int index, int count) {
        int digits = Math.max(3, String.valueOf(count - 1).length());
        return String.format(Locale.ROOT, "h%0" + digits + "d", index);
    }

    /** The sizes that go with these hosts. */
    public ContainerSizes sizes() {
        return planetLab ? PLANETLAB_SIZES : DEFAULT_SIZES;
    }
}
