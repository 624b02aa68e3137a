package org.livemigrate.agent.doctor;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.livemigrate.agent.runtime.ProcessRunner;

/** Looks at each prerequisite of a host's agent. Changes nothing but for two small files in the store, which it removes. */
public final class Doctor {

    private final Settings settings;
    private final ProcessRunner processes;
    private final Path root;
    private final Clock clock;

    /**
     * What the agent is to work with.
     *
     * @param runtime {@code podman}, or {@code modelled}, which needs neither root, kernel nor programs
     * @param store the checkpoint store's directory
     * @param controller null when it is not known: what needs it is then not looked at
     * @param tokenFile the fleet's token
     */
    public record Settings(String runtime, Path store, URI controller, Path tokenFile) {
        public Settings {
            Objects.requireNonNull(runtime, "runtime");
            Objects.requireNonNull(store, "store");
            Objects.requireNonNull(tokenFile, "tokenFile");
        }
    }

    /** @param root of the file system, {@code /} but in tests */
    public Doctor(Settings settings, ProcessRunner processes, Path root, Clock clock) {
        this.settings = settings;
        this.processes = processes;
        this.root = root;
        this.clock = clock;
    }

    /**
     * Every prerequisite, those of the host first.
     *
     * @throws InterruptedException when the waiting thread is interrupted
     */
    public List<Finding> examine() throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        if (!settings.runtime().equals("modelled")) {
            findings.addAll(new HostChecks(root).all());
            findings.addAll(new ProgramChecks(processes).all());
        }
        findings.addAll(new StoreChecks(settings.store(), root).all());
        findings.addAll(new FleetChecks(settings, clock).all());
        return List.copyOf(findings);
    }
}
