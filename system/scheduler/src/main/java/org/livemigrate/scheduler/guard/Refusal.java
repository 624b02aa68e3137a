package org.livemigrate.scheduler.guard;

import org.livemigrate.scheduler.plan.RejectionCode;

/** Why a guard does not want something: a code for machines, a sentence for people. */
public record Refusal(RejectionCode code, String sentence) {}
