/** A lab brought up for a sweep. */
package org.livemigrate.benchmarks.migration.lab;
