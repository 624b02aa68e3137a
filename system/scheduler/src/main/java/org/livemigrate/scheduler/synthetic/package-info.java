/** Made-up fleets, for benchmarks, simulations and tests: the same seed gives the same fleet. */
package org.livemigrate.scheduler.synthetic;
