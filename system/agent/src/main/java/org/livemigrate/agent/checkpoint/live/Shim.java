package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.livemigrate.agent.checkpoint.files.FileCarrier;
import org.livemigrate.agent.checkpoint.files.Jail;
import org.livemigrate.agent.checkpoint.network.NetworkHold;
import org.livemigrate.agent.runtime.OwnProgram;
import org.livemigrate.agent.runtime.Podman;
import org.livemigrate.agent.store.Trees;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * The program that podman takes for runc when this engine calls it. Podman goes by the name "runc", as the container's
 * configuration has it; a configuration of our own ({@code CONTAINERS_CONF_OVERRIDE}, containers.conf(5)) says for these
 * calls alone that the name means the shim. So containers keep their runtime, and nobody else's podman is touched.
 */
final class Shim {

    private static final String NAME = "oci-shim";
    private static final String GATE = "criu-gate";
    private static final String TAR = "tar-within";
    private static final String NETAVARK = "netavark";

    /** CRIU's settings for this engine (criu(8), configuration files); the network is {@link NetworkHold}'s. */
    static final String CRIU = "network-lock skip\n";

    private final Path work;
    private final Path configuration;
    private final Path criu;

    private final Path bin;
    private final Path helpers;
    private final Path gates;
    private final Path networkHold;

    private final Jail jail;

    private Shim(
            Path work, Path configuration, Path criu, Path bin, Path helpers, Path gates, Path networkHold, Jail jail) {
        this.jail = jail;
        this.bin = bin;
        this.helpers = helpers;
        this.gates = gates;
        this.networkHold = networkHold;
        this.work = work;
        this.configuration = configuration;
        this.criu = criu;
    }

    /**
     * Puts the shim in place, for its owner alone.
     *
     * @param directory of this engine in the agent's state; made when missing
     */
    static Shim install(Path directory) {
        try {
            Path work = directory(directory.resolve("work"));
            Path gates = directory(directory.resolve("gates")).toAbsolutePath();
            Path program = directory.resolve(NAME).toAbsolutePath();
            if (!program.toString().matches("[A-Za-z0-9/_.,+@ -]+")) {
                throw new ProblemException(Problem.internal("state directory " + directory
                        + " has characters in its name that a configuration of podman cannot hold: choose another."));
            }
            put(NAME, program);
            Path gate = directory(directory.resolve("bin")).toAbsolutePath();
            put(GATE, gate.resolve("criu"));
            Path helpers = directory(directory.resolve("helpers")).toAbsolutePath();
            put(NETAVARK, helpers.resolve(NETAVARK));
            Path networkHold = NetworkHold.install(program.getParent());
            Path configuration = directory.resolve("containers.conf").toAbsolutePath();
            Files.writeString(
                    configuration, "[engine.runtimes]\nrunc = [\"" + program + "\"]\n", StandardCharsets.US_ASCII);
            Path criu =
                    Files.writeString(directory.resolve("criu.conf").toAbsolutePath(), CRIU, StandardCharsets.US_ASCII);
            Jail jail = new Jail(
                    directory.resolve(TAR).toAbsolutePath(),
                    directory(directory.resolve("jail")).toAbsolutePath());
            put(TAR, jail.program());
            return new Shim(work.toAbsolutePath(), configuration, criu, gate, helpers, gates, networkHold, jail);
        } catch (IOException e) {
            throw stateFailed("cannot put the runtime shim into " + directory + ": " + Failures.why(e), e);
        }
    }

    private static Path directory(Path path) throws IOException {
        return Files.createDirectories(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static void put(String resource, Path program) throws IOException {
        OwnProgram.put(Shim.class, resource, program);
    }

    /**
     * Ends the wait of shims that an earlier life of this agent has left armed, and of its dumps that had not begun. Nobody else would: a new life arms anew, and
     * until they end, podman waits for the locks of their containers.
     *
     * @param directory as for {@link #install}; none is no error
     */
    static void sendHome(Path directory) {
        try {
            for (Path container : below(directory.resolve("work"))) {
                new Armed(container).pipe().giveUp();
            }
            for (Path container : below(directory.resolve("gates"))) {
                Gate gate = new Gate(container);
                gate.pipe().giveUp();
                gate.hold().giveUp();
                gate.delete();
            }
        } catch (IOException e) {
            throw stateFailed("cannot end what waits in " + directory + ": " + Failures.why(e), e);
        }
    }

    private static List<Path> below(Path directory) throws IOException {
        return Files.isDirectory(directory) ? Trees.list(directory) : List.of();
    }

    /** The engine's own files cannot be written or read. */
    static ProblemException stateFailed(String what, IOException e) {
        return new ProblemException(new Problem("state-failed", "The agent's state cannot be used", 503, what), e);
    }

    /** A podman for which "runc" means the shim, and whose containers' networks are held from their beginning. */
    Podman under(Podman podman) {
        return podman.with("CONTAINERS_CONF_OVERRIDE", configuration.toString())
                .with("CONTAINERS_HELPER_BINARY_DIR", helpers.toString());
    }

    /** For a runc whose CRIU is to keep to {@link #CRIU}. */
    Map<String, String> environmentOfCriu() {
        return Map.of("CRIU_CONFIG_FILE", criu.toString());
    }

    /** The same, for a runc whose CRIU is to wait at the container's gate before it dumps. */
    Map<String, String> environmentOfGate(String container) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/sbin:/usr/bin:/sbin:/bin");
        Map<String, String> all = new HashMap<>(environmentOfCriu());
        all.put("LIVE_MIGRATE_GATE", gate(container).directory().toString());
        all.put("LIVE_MIGRATE_PATH", path);
        all.put("PATH", bin + ":" + path);
        return all;
    }

    /** The program of {@link NetworkHold}. */
    Path networkHold() {
        return networkHold;
    }

    /** For {@link FileCarrier}. */
    Jail jail() {
        return jail;
    }

    Gate gate(String container) {
        return new Gate(gates.resolve(container));
    }

    /** Where the shim looks for a container's pipe and leaves its marks. */
    Path work(String container) {
        return work.resolve(container);
    }
}
