/** Medians, intervals, comparisons and outliers, distribution-free. */
package org.livemigrate.benchmarks.statistics;
