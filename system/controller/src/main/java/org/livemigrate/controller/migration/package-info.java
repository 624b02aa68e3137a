/**
 * Carries migrations out in two phases, journalled and fenced. {@link
 * org.livemigrate.controller.migration.MigrationRecord} is what is known of one, {@link
 * org.livemigrate.controller.migration.Stage} holds the table of valid transitions, {@link
 * org.livemigrate.controller.migration.MigrationRules} decides the next one from an agent's answer (pure), {@link
 * org.livemigrate.controller.migration.MigrationJournal} makes it durable, and {@link
 * org.livemigrate.controller.migration.MigrationExecutor} then acts on it.
 */
package org.livemigrate.controller.migration;
