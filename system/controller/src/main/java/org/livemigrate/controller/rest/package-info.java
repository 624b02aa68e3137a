/** The controller's REST interface. */
package org.livemigrate.controller.rest;
