/** The simulator at its innermost: its queue of events. */
package org.livemigrate.benchmarks.events;
