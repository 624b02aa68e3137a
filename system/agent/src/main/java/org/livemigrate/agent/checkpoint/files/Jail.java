package org.livemigrate.agent.checkpoint.files;

import java.nio.file.Path;

/**
 * Where tar works on trees that move.
 *
 * @param program {@code tar-within}, this agent's own
 * @param directory that is empty, to mount on; in a namespace of its own, so that many can at once
 */
public record Jail(Path program, Path directory) {}
