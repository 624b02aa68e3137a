/**
 * The controller's picture of the fleet: statistics diffs and heartbeats go in, a
 * {@link org.livemigrate.scheduler.model.ClusterSnapshot} comes out. Pure: time is an argument.
 */
package org.livemigrate.scheduler.fleet;
