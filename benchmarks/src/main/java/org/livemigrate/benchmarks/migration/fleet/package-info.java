/** How a fleet is spoken to: its own interfaces, and commands on its hosts. */
package org.livemigrate.benchmarks.migration.fleet;
