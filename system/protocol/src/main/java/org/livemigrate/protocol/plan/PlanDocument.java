package org.livemigrate.protocol.plan;

import java.util.List;
import java.util.Map;
import org.livemigrate.scheduler.plan.MigrationPlan;

/**
 * A plan as JSON: what {@code live-migrate plan --json} prints and {@code POST /v1/plan} answers.
 *
 * @param policy that made it
 * @param migrations in an order in which each is valid when its turn comes
 * @param rejections what was considered and not done
 * @param overTarget hosts that stay above target
 * @param loadBefore load by host, fractions
 * @param loadAfter the same when all migrations are made
 * @param truncated the search stopped at its limit
 */
public record PlanDocument(
        String policy,
        List<Move> migrations,
        List<Refusal> rejections,
        List<String> overTarget,
        Map<String, Double> loadBefore,
        Map<String, Double> loadAfter,
        boolean truncated) {

    /** @param reason a sentence */
    public record Move(String container, String from, String to, String reason) {}

    /**
     * @param container absent when it is about a host as a whole
     * @param to absent when no destination was found
     * @param code the kind, one word
     * @param reason a sentence
     */
    public record Refusal(String container, String from, String to, String code, String reason) {}

    /** The document of a plan. */
    public static PlanDocument of(MigrationPlan plan) {
        return new PlanDocument(
                plan.policy(),
                plan.migrations().stream()
                        .map(move -> new Move(
                                move.container(),
                                move.from(),
                                move.to(),
                                move.reason().sentence()))
                        .toList(),
                plan.rejections().stream()
                        .map(no -> new Refusal(
                                no.container(), no.from(), no.to(), no.code().label(), no.sentence()))
                        .toList(),
                plan.overTarget(),
                plan.loadBefore().asMap(),
                plan.loadAfter().asMap(),
                plan.truncated());
    }
}
