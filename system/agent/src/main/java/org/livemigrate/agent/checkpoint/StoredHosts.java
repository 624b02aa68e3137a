package org.livemigrate.agent.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.scheduler.guard.CapabilityMatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * What each host says of itself in the store, {@code hosts/HOST/}: its labels, and its processor as CRIU describes it
 * ({@code criu cpuinfo dump}, criu(8)). So a target refuses in PREPARE what it could not restore, whoever ordered the
 * move; the scheduler, which knows the labels from heartbeats, does not plan it to begin with ({@link CapabilityMatch}).
 * What a host has not told is no objection.
 */
public final class StoredHosts {

    private static final Logger LOG = LoggerFactory.getLogger(StoredHosts.class);

    /** Label of a host: how its live engine writes images and reads them. */
    public static final String IMAGES = "livemigrate.images";

    /** 2: files are carried early, and what goes is listed by tree. */
    public static final String IMAGES_FORMAT = "2";

    private static final String LABELS = "labels.json";
    private static final String CPU = "cpuinfo.img";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final FileAttribute<?> OWNER_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final ProcessRunner processes;
    private final Path hosts;
    private final String me;

    /**
     * @param store directory of the checkpoint store
     * @param me this host's id
     */
    public StoredHosts(ProcessRunner processes, Path store, String me) {
        this.processes = processes;
        this.hosts = store.resolve("hosts");
        this.me = Ids.require("host id", me);
    }

    /** This host's id. */
    public String me() {
        return me;
    }

    /** Puts this host's own description in place. A store that does not take it costs the check, and nothing else. */
    public void tell(Map<String, String> labels) {
        Path mine = hosts.resolve(me);
        try {
            Files.createDirectories(mine, OWNER_ALONE);
            Path part = mine.resolve(LABELS + ".part");
            Files.write(part, Json.mapper().writeValueAsBytes(labels));
            Files.move(part, mine.resolve(LABELS), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            criu("dump", mine)
                    .ifPresent(why -> LOG.warn("other hosts cannot compare processors with this one: {}", why));
        } catch (IOException e) {
            LOG.warn("other hosts cannot compare themselves with this one: cannot write {}: {}", mine, Failures.why(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Why this host could not restore what that one dumps, for people; empty when nothing is known against it. */
    public Optional<String> objection(String from) throws InterruptedException {
        Path theirs = hosts.resolve(Ids.require("host id", from));
        try {
            Optional<String> different = CapabilityMatch.objection(labels(theirs), labels(hosts.resolve(me)));
            if (different.isPresent() || !Files.exists(theirs.resolve(CPU))) {
                return different;
            }
            return criu("check", theirs).map(why -> "its processor is another: " + why);
        } catch (IOException e) {
            LOG.warn("this host cannot be compared with {}: {}", from, Failures.why(e));
            return Optional.empty();
        }
    }

    /**
     * Why that host's agent and this one cannot read each other's images, for people. One that tells of itself and not of
     * its images is older than this question.
     */
    public Optional<String> imagesObjection(String other) {
        try {
            Map<String, String> theirs = labels(hosts.resolve(Ids.require("host id", other)));
            String format = theirs.getOrDefault(IMAGES, "1");
            return theirs.isEmpty() || format.equals(IMAGES_FORMAT)
                    ? Optional.empty()
                    : Optional.of("host " + other + " has an agent of another version, with images of format " + format
                            + " where this one has " + IMAGES_FORMAT + ": upgrade the older.");
        } catch (IOException e) {
            LOG.warn("this host cannot be compared with {}: {}", other, Failures.why(e));
            return Optional.empty();
        }
    }

    private static Map<String, String> labels(Path host) throws IOException {
        Path file = host.resolve(LABELS);
        try {
            return Files.exists(file)
                    ? Json.mapper().readValue(Files.readAllBytes(file), new TypeReference<Map<String, String>>() {})
                    : Map.of();
        } catch (JacksonException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
        }
    }

    /** @return what it said when it failed */
    private Optional<String> criu(String what, Path images) throws IOException, InterruptedException {
        List<String> command = List.of("criu", "cpuinfo", what, "--images-dir", images.toString());
        ProcessRunner.Result result = processes.run(new ProcessRunner.Command(command, TIMEOUT));
        return result.succeeded()
                ? Optional.empty()
                : Optional.of(String.join(" ", command) + " exited with status " + result.exitStatus() + ": "
                        + result.stderr().strip().replaceAll("\\s*\\n\\s*", "; "));
    }
}
