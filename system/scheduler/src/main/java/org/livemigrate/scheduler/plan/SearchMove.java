package org.livemigrate.scheduler.plan;

/**
 * One step of a policy's search, before the steps are collapsed into a plan: for experiments that draw what happens.
 *
 * @param step counted from one
 * @param container id
 * @param from host id
 * @param to host id
 * @param fromLoadBefore load of the source before the step, as a fraction
 * @param fromLoadAfter load of the source after it
 * @param toLoadBefore load of the destination before it
 * @param toLoadAfter load of the destination after it
 */
public record SearchMove(
        int step,
        String container,
        String from,
        String to,
        double fromLoadBefore,
        double fromLoadAfter,
        double toLoadBefore,
        double toLoadAfter) {}
