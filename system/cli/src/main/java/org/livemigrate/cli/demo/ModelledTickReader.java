package org.livemigrate.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.livemigrate.agent.runtime.Ticks;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.ticks.Ticking;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.UnreachableException;
import tools.jackson.core.type.TypeReference;

/** Asks the agent what the ticker of a modelled container would have written. It proves the protocol, not a kernel. */
final class ModelledTickReader implements TickReader {

    private final String token;

    ModelledTickReader(String token) {
        this.token = token;
    }

    @Override
    public Set<String> running(DemoNode node) throws IOException {
        return ask(
                node,
                agent -> agent.get("/v1/containers", new TypeReference<List<ContainerFacts>>() {}).stream()
                        .filter(ContainerFacts::running)
                        .map(ContainerFacts::id)
                        .collect(Collectors.toSet()));
    }

    @Override
    public Ticking read(DemoNode node, ContainerFacts container) throws IOException {
        Ticks ticks = ask(node, agent -> agent.get("/v1/containers/" + container.id() + "/ticks", Ticks.class));
        return new Modelled(ticks, Ticking.epochNs(Instant.now()));
    }

    private <T> T ask(DemoNode node, Function<RestClient, T> question) throws IOException {
        RestClient agent = new RestClient(URI.create("http://" + node.address() + ":" + node.port()), token);
        try {
            return question.apply(agent);
        } catch (ProblemException | UnreachableException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * A model's ticker counts once every {@code tickMs} but in the gaps, so counts are told by gaps: each must continue
     * where the one before left off.
     */
    private record Modelled(Ticks ticks, long readAtNs) implements Ticking {

        @Override
        public long countAt(long epochNs) {
            // it counts evenly between gaps, so from the nearest known count
            long sinceMs = (readAtNs - epochNs) / 1_000_000;
            long count = ticks.count();
            for (Ticks.Gap gap : ticks.gaps()) {
                if (Ticking.epochNs(gap.stoppedAt()) >= epochNs) {
                    sinceMs = (Ticking.epochNs(gap.stoppedAt()) - epochNs) / 1_000_000;
                    count = gap.afterCount();
                    break;
                }
            }
            return Math.max(0, count - sinceMs / ticks.tickMs());
        }

        @Override
        public long lastCount() {
            return ticks.count();
        }

        @Override
        public boolean restarted() {
            return repeated() > 0;
        }

        @Override
        public long lost() {
            // between two gaps the model can have counted at most once a tick: more means that numbers were skipped
            long lost = 0;
            List<Ticks.Gap> gaps = ticks.gaps();
            for (int i = 1; i < gaps.size(); i++) {
                long ran = Duration.between(
                                gaps.get(i - 1).resumedAt(), gaps.get(i).stoppedAt())
                        .toMillis();
                long counted = gaps.get(i).afterCount() - gaps.get(i - 1).afterCount();
                lost += Math.max(0, counted - ran / ticks.tickMs() - 2);
            }
            return lost;
        }

        @Override
        public long repeated() {
            long repeated = 0;
            long reached = 0;
            for (Ticks.Gap gap : ticks.gaps()) {
                repeated += Math.max(0, reached - gap.afterCount());
                reached = Math.max(reached, gap.afterCount());
            }
            return repeated + Math.max(0, reached - ticks.count());
        }

        @Override
        public double longestGapMs(long fromEpochNs, long toEpochNs) {
            return ticks.gaps().stream()
                    .filter(gap -> Ticking.epochNs(gap.resumedAt()) >= fromEpochNs
                            && Ticking.epochNs(gap.stoppedAt()) <= toEpochNs)
                    .mapToLong(Ticks.Gap::gapMs)
                    .max()
                    .orElse(ticks.tickMs());
        }

        @Override
        public double p99GapMsBefore(long epochNs) {
            return ticks.tickMs();
        }
    }
}
