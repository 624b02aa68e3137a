/** How long a plan takes: ours, and the report's way for comparison, on the same made-up fleets. */
package org.livemigrate.benchmarks.scheduling;
