/** The {@code migration-bench} command. */
package org.livemigrate.benchmarks.migration.command;
