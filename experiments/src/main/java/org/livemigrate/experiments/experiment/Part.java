package org.livemigrate.experiments.experiment;

/** A module whose code decides what an experiment finds; its sources enter the digest in the manifest. */
public enum Part {
    SCHEDULER("system/scheduler"),
    PROTOCOL("system/protocol"),
    REST("system/rest"),
    AGENT("system/agent"),
    CONTROLLER("system/controller"),
    CLI("system/cli"),
    SIMULATOR("simulator"),
    BENCHMARKS("benchmarks");

    private final String path;

    Part(String path) {
        this.path = path;
    }

    /** The module's folder, from the root of the checkout. */
    public String path() {
        return path;
    }
}
