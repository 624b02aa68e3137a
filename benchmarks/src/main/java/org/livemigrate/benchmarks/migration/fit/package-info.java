/** The cost model of migrations, fitted from rows: what the simulator calls its calibration. */
package org.livemigrate.benchmarks.migration.fit;
