/** What a migration costs: when pre-copy stops, how long it takes, how long the container stands still, what is moved. */
package org.livemigrate.scheduler.cost;
