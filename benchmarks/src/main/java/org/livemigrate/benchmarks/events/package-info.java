/** The simulator at its innermost: its queue of events, and a sample on its way through the engine. */
package org.livemigrate.benchmarks.events;
