/** The search of the report's section 2.1.2, and the index that finds its destinations without looking at every host. */
package org.livemigrate.scheduler.greedy;
