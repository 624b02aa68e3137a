package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;

/**
 * Kills what takes part in migrations of real containers, and looks afterwards whether each container runs exactly once,
 * is the process that it was, and nothing is left of the migration. Runs inside the lab's network (see {@code .ci/run}).
 *
 * <ul>
 *   <li>{@code -Dlivemigrate.boundaries=all}: every victim at every boundary of every phase with every engine; otherwise
 *       every boundary once, with victims and engines that the seed deals out, and every victim in the lazy window.
 *   <li>{@code -Dlivemigrate.engines=podman,live}: with which engines.
 *   <li>{@code -Dlivemigrate.kills=N}: migrations in a row, every other one under a random blow.
 *   <li>{@code -Dlivemigrate.seed=N}: what the random choices begin with.
 *   <li>{@code -Dlivemigrate.report.dir=DIR}: where {@code kills.json} goes.
 * </ul>
 */
@Tag("real")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RealKillsTest {

    private static final long SEED = Long.getLong("livemigrate.seed", 1);
    private static final int MIGRATIONS = Integer.getInteger("livemigrate.kills", 10);
    private static final List<String> ENGINES =
            List.of(System.getProperty("livemigrate.engines", Strike.PODMAN + "," + Strike.LIVE)
                    .split(",", -1));
    private static final boolean ALL = "all".equals(System.getProperty("livemigrate.boundaries"));

    /** So much that it still comes in, lazily, when the container runs already. */
    private static final String MEMORY = "128M";

    /** Clean-up that was owed by a host that was away is repeated at growing pauses. */
    private static final Duration CLEAN_WITHIN = Duration.ofSeconds(60);

    private final KillReport report = new KillReport();
    private final List<ContainerFacts> containers = new ArrayList<>();
    private RealLab lab;
    private FleetCensus census;
    private RealFleet fleet;
    private Growth growth;
    private boolean broken;

    @BeforeAll
    void start() throws Exception {
        lab = RealLab.find();
        census = new FleetCensus(lab);
        fleet = new RealFleet(lab, Optional.empty());
        growth = new Growth(fleet, census);
        for (DemoNode node : lab.nodes()) {
            ContainerFacts container = fleet.create("kills-" + node.id(), node.id(), MEMORY);
            containers.add(container);
            census.expect(container);
        }
        // what starts with the first migration is no growth
        for (ContainerFacts container : containers) {
            for (String engine : ENGINES) {
                move(container, otherThan(census.hostOf(container), new Random(SEED)), engine, Optional.empty());
            }
        }
        growth.begin();
    }

    @AfterAll
    void end() throws Exception {
        try {
            if (growth != null && !broken) {
                report.figure("looks-for-doubles", census.looks());
            }
            if (fleet != null) {
                report.figure("seed", SEED);
                fleet.lives().forEach((name, lives) -> report.figure("lives." + name, lives));
                System.out.println(report.save("kills.json"));
            }
        } finally {
            for (DemoNode node : lab == null ? List.<DemoNode>of() : lab.nodes()) {
                lab.cable(node.id(), true);
            }
            if (fleet != null) {
                fleet.close();
            }
            if (census != null) {
                census.close();
            }
        }
    }

    static List<Strike> boundaries() {
        List<Strike> chosen = new ArrayList<>();
        int victims = Strike.Victim.values().length;
        for (int e = 0; e < ENGINES.size(); e++) {
            List<Strike> all = Strike.all(ENGINES.get(e));
            for (int i = 0; i < all.size(); i++) {
                int boundary = i / victims;
                boolean dealt = i % victims == Math.floorMod(boundary + SEED, victims)
                        && e == Math.floorMod(boundary / victims + boundary + SEED, ENGINES.size());
                if (ALL || dealt || all.get(i).inLazyWindow()) {
                    chosen.add(all.get(i));
                }
            }
        }
        return chosen;
    }

    @ParameterizedTest
    @MethodSource("boundaries")
    @Order(1)
    void aMigrationSurvives(Strike strike) throws Exception {
        ContainerFacts container = containers.get(0);
        move(container, otherThan(census.hostOf(container), new Random(SEED)), strike.engine(), Optional.of(strike));
    }

    @Test
    @Order(2)
    void nothingIsLostOrGrowsInARowOfMigrationsUnderKills() throws Exception {
        Random random = new Random(SEED);
        long begun = System.nanoTime();
        for (int i = 1; i <= MIGRATIONS; i++) {
            ContainerFacts container = containers.get(random.nextInt(containers.size()));
            String engine = ENGINES.get(random.nextInt(ENGINES.size()));
            Optional<Strike> strike = Optional.empty();
            String to = otherThan(census.hostOf(container), random);
            if (random.nextBoolean()) {
                List<Strike> strikes = Strike.all(engine);
                Strike drawn = strikes.get(random.nextInt(strikes.size()));
                Strike.Return comesBack = random.nextBoolean() ? Strike.Return.LATE : drawn.comesBack();
                strike = Optional.of(new Strike(engine, drawn.victim(), drawn.phase(), drawn.moment(), comesBack));
            }
            System.out.printf("%d of %d, %d s, ", i, MIGRATIONS, (System.nanoTime() - begun) / 1_000_000_000);
            move(container, to, engine, strike);
        }
        for (ContainerFacts container : containers) {
            census.requireOneLife(container);
        }
        Map<String, Object> figures = growth.end();
        figures.forEach(report::figure);
        growth.requireNone();
    }

    /** One migration, struck or not; afterwards everything is as it should be, or the test fails. */
    private void move(ContainerFacts container, String to, String engine, Optional<Strike> strike) throws Exception {
        Assumptions.assumeFalse(broken, "an earlier migration failed: what it left would be laid at this one's door");
        broken = true;
        long begun = System.nanoTime();
        try {
            String from = census.hostOf(container);
            strike.ifPresent(report::struck);
            Ambush ambush =
                    new Ambush(lab, fleet, container, from, to, MigrationOptions.DEFAULT.withEngine(engine), strike);
            MigrationView migration = ambush.carryOut();
            report.migrated(migration.outcome());
            String what = container.name() + " " + from + " to " + to + ", "
                    + strike.map(Strike::toString).orElse(engine + ", left alone")
                    + (ambush.struckInLazyWindow() ? ", while pages came in" : "");
            System.out.printf(
                    "%s: %s after %.1f s%n", what, migration.outcome().word(), (System.nanoTime() - begun) / 1e9);
            requireStory(migration, strike);
            await(what + ": everything clean")
                    .atMost(CLEAN_WITHIN)
                    .pollInterval(Duration.ofMillis(200))
                    .untilAsserted(census::requireClean);
            census.requireCleanByPodman();
            assertThat(census.hostOf(container))
                    .as("host after %s", migration)
                    .isEqualTo(migration.outcome() == MigrationOutcome.COMMITTED ? to : from);
            census.requireOneLife(container);
            strike.ifPresent(survived -> report.survived(ambush.struckInLazyWindow()));
            report.save("kills.json");
            broken = false;
        } finally {
            if (broken) {
                report.failed();
            }
        }
    }

    /** What journal and events tell must be enough to understand what happened. */
    private void requireStory(MigrationView migration, Optional<Strike> strike) {
        assertThat(migration.outcome()).as(migration.toString()).isNotEqualTo(MigrationOutcome.FAILED);
        // a busy machine may be taken for a silent one; that undoes a migration, and nothing else does
        if (strike.isEmpty() && migration.outcome() != MigrationOutcome.COMMITTED) {
            assertThat(migration.problem().type()).as(migration.toString()).isEqualTo("host-silent");
        }
        if (migration.outcome() == MigrationOutcome.COMMITTED) {
            assertThat(migration.phasesMs()).containsKeys("freeze", "restore", "verify", "commit");
        } else {
            assertThat(migration.problem()).as(migration.toString()).isNotNull();
            assertThat(migration.problem().detail()).isNotBlank();
        }
        fleet.patiently("the end of " + migration.id() + " among the events")
                .until(() -> fleet.events().stream()
                        .anyMatch(event -> migration.id().equals(event.migration())
                                && event.kind().equals("migration-ended")
                                && event.reason().contains(migration.outcome().word())));
    }

    private String otherThan(String host, Random random) {
        List<String> others = lab.nodes().stream()
                .map(DemoNode::id)
                .filter(id -> !id.equals(host))
                .toList();
        return others.get(random.nextInt(others.size()));
    }
}
