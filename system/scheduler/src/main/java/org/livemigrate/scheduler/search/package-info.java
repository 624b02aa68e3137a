/**
 * Local search: from the placement as it is, moves and swaps that avoid more overload than they cost. The source of the
 * neighbourhoods and of weighing the moves against what they bring is the machine reassignment problem of the Google
 * ROADEF/EURO Challenge 2012 (Gavranović, Buljubašić and Demirović, "Variable Neighborhood Search for Google Machine
 * Reassignment problem", ENDM 39, 2012); that of starting from the hottest host is Facebook's ReBalancer (Kumar et al.,
 * "Optimizing Resource Allocation in Hyperscale Datacenters: Scalability, Usability, and Experiences", OSDI 2024).
 */
package org.livemigrate.scheduler.search;
