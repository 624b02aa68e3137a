package org.livemigrate.protocol.plan;

import java.time.Instant;
import java.util.List;

/**
 * One round of the controller's scheduler: one element of {@code GET /v1/decisions}, and what {@code POST /v1/rounds}
 * answers.
 *
 * @param number counts the rounds since the controller's start
 * @param time on the controller's clock
 * @param trigger {@code interval} or {@code request}
 * @param plan what the policy answered, guards included; absent when none was made
 * @param migrations ids of the migrations that were ordered, in the plan's order
 * @param note why no plan was made, or what went wrong; absent otherwise
 */
public record DecisionView(
        long number, Instant time, String trigger, PlanDocument plan, List<String> migrations, String note) {
    public DecisionView {
        migrations = migrations == null ? List.of() : List.copyOf(migrations);
    }
}
