/** What is to be measured, and in which order. */
package org.livemigrate.benchmarks.migration.sweep;
