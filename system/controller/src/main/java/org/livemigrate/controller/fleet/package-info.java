/** Who is there and what runs where: heartbeats and statistics in, snapshots out. */
package org.livemigrate.controller.fleet;
