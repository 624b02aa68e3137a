/**
 * An agent's part in migrations. {@link org.livemigrate.agent.migration.StepHandler} decides whether a step may be done
 * (fencing, repetition, order), {@link org.livemigrate.agent.migration.StepLog} makes that durable before and after,
 * {@link org.livemigrate.agent.migration.SourceSteps} and {@link org.livemigrate.agent.migration.TargetSteps} do it.
 */
package org.livemigrate.agent.migration;
