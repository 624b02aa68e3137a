/** Decides at each interval: a snapshot, a policy, a plan, orders to the executor. */
package org.livemigrate.controller.schedule;
