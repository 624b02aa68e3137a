/** Time, given from outside. */
package org.livemigrate.controller.time;
