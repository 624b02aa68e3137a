/** Rows laid out as the report's tables. */
package org.livemigrate.benchmarks.migration.report;
