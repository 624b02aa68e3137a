/** What the controller tells of itself: events with reasons, and figures. */
package org.livemigrate.controller.observe;
