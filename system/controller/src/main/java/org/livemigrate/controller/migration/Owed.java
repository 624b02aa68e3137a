package org.livemigrate.controller.migration;

import org.livemigrate.protocol.migration.MigrationStep;

/**
 * A clean-up that a host has not confirmed. The outcome stands without it; it is repeated until the host answers.
 *
 * @param host which
 * @param step COMMIT or ABANDON
 */
record Owed(String host, MigrationStep step) {}
