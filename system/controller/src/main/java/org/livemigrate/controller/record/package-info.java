/** Records what the controller hears and decides, to a file or to those who follow it. */
package org.livemigrate.controller.record;
