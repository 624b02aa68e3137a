/** What the agent tells of itself: figures. */
package org.livemigrate.agent.observe;
