package org.livemigrate.agent.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.livemigrate.agent.runtime.ListedContainers;
import org.livemigrate.agent.runtime.ManualClock;
import org.livemigrate.agent.runtime.Threads;
import org.livemigrate.agent.runtime.UseReading;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.stats.ContainerSample;
import org.livemigrate.protocol.stats.DiffThreshold;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsDiffer;

/** The test is the clock, the stream and the timer. */
class StatsSamplerTest {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final ListedContainers host = new ListedContainers();
    private final List<ContainerFacts> running = host.containers;
    private final List<SampleSet> told = new ArrayList<>();
    private final StatsSampler sampler = new StatsSampler(host, INTERVAL, clock, time -> {}, Threads.REAL, told::add);

    @AfterEach
    void close() {
        sampler.close();
    }

    @Test
    void theFirstReadingOnlyMarksTheBeginning() {
        runs("c1");
        sampler.take(new UseReading("c1", "web", 5_000_000_000L, 0, 100));
        sampler.tell();
        assertThat(told.get(0).samples()).isEmpty();
        // 5 s later it has used another 1.5 s: 300 millicores, whatever its lifetime's average is
        pass(5_000);
        sampler.take(new UseReading("c1", "web", 6_500_000_000L, 5_000_000_000L, 200));
        sampler.tell();
        assertThat(told.get(1).samples())
                .containsExactly(new ContainerSample("c1", "web", 300, 200, Map.of("app", "c1")));
        assertThat(sampler.memoryBytes("c1")).hasValue(200);
    }

    @Test
    void thePortsThatAContainerPublishesAreToldAsWhatOnlyOneCanHave() {
        running.add(new ContainerFacts(
                "c1",
                "web",
                "i",
                "i",
                "running",
                1,
                null,
                0,
                0,
                List.of("8080/tcp"),
                "bridge",
                null,
                Map.of("app", "web"),
                null));
        reading("c1", 0, 0);
        pass(5_000);
        reading("c1", 500, 5_000);
        sampler.tell();
        assertThat(told.get(0).samples().get(0).labels())
                .isEqualTo(Map.of("app", "web", "livemigrate.exclusive", "port 8080/tcp"));
    }

    @Test
    void aRestoredContainerBeginsAnewWhenItsCpuClockDoes() {
        runs("c1");
        reading("c1", 10_000, 0);
        pass(5_000);
        reading("c1", 12_500, 5_000);
        pass(5_000);
        reading("c1", 100, 10_000);
        sampler.tell();
        assertThat(told.get(0).samples()).isEmpty();
        pass(5_000);
        reading("c1", 1_100, 15_000);
        sampler.tell();
        assertThat(told.get(1).samples())
                .singleElement()
                .satisfies(sample -> assertThat(sample.cpuMillicores()).isEqualTo(200));
    }

    @Test
    void aClockThatIsSetBackStopsNothing() {
        runs("c1");
        runs("c2");
        for (int round = 0; round < 2; round++) {
            reading("c1", round * 1_000, round * 5_000);
            reading("c2", round * 1_000, round * 5_000);
            pass(5_000);
        }
        clock.pass(Duration.ofHours(-1));
        running.removeIf(container -> container.id().equals("c2"));
        reading("c1", 2_000, 10_000 - 3_600_000);
        sampler.tell();
        assertThat(told.get(0).samples())
                .singleElement()
                .satisfies(sample -> assertThat(sample.cpuMillicores()).isEqualTo(200));
        pass(5_000);
        reading("c1", 4_500, 15_000 - 3_600_000);
        sampler.tell();
        assertThat(told.get(1).samples())
                .singleElement()
                .satisfies(sample -> assertThat(sample.cpuMillicores()).isEqualTo(500));
    }

    @Test
    void aContainerThatIsGoneIsNoLongerTold() {
        runs("c1");
        runs("c2");
        for (int round = 0; round < 2; round++) {
            reading("c1", round * 1_000, round * 5_000);
            reading("c2", round * 1_000, round * 5_000);
            pass(5_000);
        }
        running.remove(1);
        for (int round = 2; round < 6; round++) {
            reading("c1", round * 1_000, round * 5_000);
            pass(5_000);
        }
        sampler.tell();
        assertThat(told.get(0).samples()).extracting(ContainerSample::id).containsExactly("c1");
    }

    @Test
    void aContainerThatHasLeftIsForgottenAtOnce() {
        runs("c1");
        reading("c1", 0, 0);
        reading("c1", 1_000, 5_000);
        sampler.forget("c1");
        sampler.tell();
        assertThat(told.get(0).samples()).isEmpty();
    }

    @Test
    void nothingIsToldWhileTheStreamIsDownAndContainersRun() {
        runs("c1");
        reading("c1", 0, 0);
        reading("c1", 1_000, 5_000);
        pass(20_000);
        sampler.tell();
        assertThat(told).isEmpty();
    }

    @Test
    void anIdleHostSaysThatItIsEmpty() {
        pass(20_000);
        sampler.tell();
        assertThat(told)
                .singleElement()
                .satisfies(set -> assertThat(set.samples()).isEmpty());
    }

    @Test
    void afterAMessageWithoutConfirmTheWholeStateFollows() {
        List<StatsDiff> sent = new ArrayList<>();
        boolean[] confirm = {true};
        StatsReporter reporter = new StatsReporter(new StatsDiffer("a", "i", DiffThreshold.NONE), diff -> {
            sent.add(diff);
            return confirm[0];
        });
        SampleSet one = new SampleSet(clock.instant(), List.of(new ContainerSample("c1", "web", 100, 1, Map.of())));
        SampleSet two = new SampleSet(
                clock.instant(),
                List.of(
                        new ContainerSample("c1", "web", 100, 1, Map.of()),
                        new ContainerSample("c2", "db", 100, 1, Map.of())));
        reporter.report(one);
        reporter.report(one);
        assertThat(sent).as("nothing new, nothing sent").hasSize(1);
        confirm[0] = false;
        reporter.report(two);
        confirm[0] = true;
        reporter.report(two);
        assertThat(sent.get(1).full()).isFalse();
        assertThat(sent.get(2).full()).isTrue();
        assertThat(sent.get(2).changed()).hasSize(2);
        reporter.resync();
        reporter.report(two);
        assertThat(sent.get(3).full()).isTrue();
        assertThat(sent).extracting(StatsDiff::sequence).containsExactly(0L, 1L, 2L, 3L);
    }

    private void reading(String id, long cpuMs, long atMs) {
        sampler.take(new UseReading(id, id, cpuMs * 1_000_000, atMs * 1_000_000, 100));
    }

    private void runs(String id) {
        running.add(new ContainerFacts(
                id, id, "i", "i", "running", 1, null, 0, 0, null, "none", null, Map.of("app", id), null));
    }

    private void pass(long ms) {
        clock.pass(Duration.ofMillis(ms));
    }
}
