/** The network to the agents. */
package org.livemigrate.controller.agents;
