/** The initial distribution of the report's section 2.1.1. */
package org.livemigrate.scheduler.initial;
