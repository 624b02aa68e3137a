/**
 * What is scheduled: hosts, containers, and the immutable {@link org.livemigrate.scheduler.model.ClusterSnapshot} that
 * every policy reads. CPU is in millicores, memory in bytes, time in {@link java.time.Instant}.
 */
package org.livemigrate.scheduler.model;
