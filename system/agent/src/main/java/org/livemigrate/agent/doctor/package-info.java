/** What a host needs for migrations, found against needed, with the command that mends it. */
package org.livemigrate.agent.doctor;
