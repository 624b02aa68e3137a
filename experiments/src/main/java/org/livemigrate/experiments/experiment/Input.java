package org.livemigrate.experiments.experiment;

/**
 * A file that an experiment reads and that is not part of the repository.
 *
 * @param path from the root of the checkout; {@code ..} is fine
 * @param what what it is, for the message when it is not there
 */
public record Input(String path, String what) {}
