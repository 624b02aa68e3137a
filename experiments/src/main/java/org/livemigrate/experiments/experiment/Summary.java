package org.livemigrate.experiments.experiment;

/**
 * What a reader takes away. Made from the data alone, so that no number in it is typed by hand.
 *
 * @param answer one sentence; a negative or surprising answer is an answer
 * @param confidence one sentence: how sure, and what would change it
 */
public record Summary(String answer, String confidence) {}
