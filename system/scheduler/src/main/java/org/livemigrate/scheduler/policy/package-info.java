/** The policies by name: from a snapshot to a plan, pure and repeatable. */
package org.livemigrate.scheduler.policy;
