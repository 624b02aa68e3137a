/** What was measured: a row a migration, kept as JSON lines. */
package org.livemigrate.benchmarks.migration.row;
