/**
 * What a policy answers: an ordered {@link org.livemigrate.scheduler.plan.MigrationPlan} with a reason per move and per
 * rejection, and the ordering that makes each move valid when its turn comes.
 */
package org.livemigrate.scheduler.plan;
