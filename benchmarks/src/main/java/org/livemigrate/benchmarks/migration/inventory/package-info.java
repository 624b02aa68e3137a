/** Which hosts are measured. */
package org.livemigrate.benchmarks.migration.inventory;
