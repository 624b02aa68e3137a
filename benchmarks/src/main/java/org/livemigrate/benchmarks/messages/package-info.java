/** What agents tell and the controller keeps: the diff codec, and the picture of the fleet. */
package org.livemigrate.benchmarks.messages;
