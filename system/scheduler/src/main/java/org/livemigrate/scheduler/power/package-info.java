/** What a host draws at a load: for policies that save energy, and for the simulator's bill. */
package org.livemigrate.scheduler.power;
