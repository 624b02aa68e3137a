/**
 * The controller. A datum meets the packages in this order: {@code stats} (broker to diff), {@code fleet} (diff to
 * snapshot), {@code schedule} (snapshot to plan), {@code migration} (plan to deeds), {@code agents} (deeds to hosts);
 * {@code rest} lets people and programs look in and take part.
 */
package org.livemigrate.controller;
