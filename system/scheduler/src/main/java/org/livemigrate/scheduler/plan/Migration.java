package org.livemigrate.scheduler.plan;

/**
 * One container's move from a host to another, all by id. In a plan, {@code from} is where the container stands when
 * the move's turn comes.
 */
public record Migration(String container, String from, String to, Reason reason) {
    @Override
    public String toString() {
        return container + ": " + from + " -> " + to;
    }
}
