/** A sweep carried out: each migration made, observed and kept. */
package org.livemigrate.benchmarks.migration.run;
