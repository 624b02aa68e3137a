package org.livemigrate.protocol.plan;

import java.util.List;

/**
 * What {@code POST /v1/nodes/{id}/drain} answers.
 *
 * @param plan where each container goes, and which ones stay and why
 * @param migrations ids of the migrations that were ordered, in the plan's order; none for a dry run
 */
public record DrainAnswer(PlanDocument plan, List<String> migrations) {
    public DrainAnswer {
        migrations = migrations == null ? List.of() : List.copyOf(migrations);
    }
}
