/** The {@code jmh} command: JMH with defaults of our own, and the comparison of two of its results. */
package org.livemigrate.benchmarks.jmh;
