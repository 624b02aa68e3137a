package org.livemigrate.controller.fleet;

/** Asks a host's agent to send its whole state through the statistics queue, soon and without waiting for it. */
@FunctionalInterface
public interface ResyncRequester {
    void requestResync(String host);
}
