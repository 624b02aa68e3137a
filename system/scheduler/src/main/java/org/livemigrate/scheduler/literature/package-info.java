/**
 * The policies of the VM consolidation literature: an overload detector, a selector of what leaves an overloaded host,
 * power-aware best fit for where it goes, and the emptying of underloaded hosts (Beloglazov and Buyya, "Optimal online
 * deterministic algorithms and adaptive heuristics for energy and performance efficient dynamic consolidation of virtual
 * machines in Cloud data centers", CCPE 24(13):1397–1420, 2012).
 */
package org.livemigrate.scheduler.literature;
