package org.livemigrate.controller;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.livemigrate.controller.migration.MigrationBudget;
import org.livemigrate.controller.migration.MigrationLimits;
import org.livemigrate.controller.schedule.SchedulingSettings;
import org.livemigrate.protocol.migration.MigrationOptions;

/**
 * Everything that a controller is told. Start from {@link #defaults} and change what differs.
 *
 * @param listenAddress address of the REST interface; default {@code 127.0.0.1}
 * @param listenPort its port, 0 for any free one; default 7070
 * @param stateDirectory holds the journal; of one controller at a time
 * @param tokenFile the fleet's token, readable by its owner alone
 * @param broker where statistics come from; default: an embedded broker on loopback
 * @param scheduling how it is decided; default: see {@link SchedulingSettings#DEFAULT}
 * @param heartbeatExpiry a host silent for this long leaves the fleet; default two minutes (the report's)
 * @param statsInterval how often agents sample; default 5 s
 * @param migrationOptions how moves are carried out when nobody says; the engine is replaced where a pair of hosts does
 *     not have it but has another in common. Default {@link MigrationOptions#DEFAULT}
 * @param limits how long migrations wait for what; default {@link MigrationLimits#DEFAULT}
 * @param budget migrations in flight at once; default two in the fleet, one out of and one into a host
 * @param shutdownGrace how long {@link Controller#close} waits for migrations under way; what is left then is taken up
 *     at the next start. Default 20 s
 * @param recordDirectory where everything that is heard and decided is recorded, one file a start; {@code null}, the
 *     default: nowhere
 */
public record ControllerConfig(
        String listenAddress,
        int listenPort,
        Path stateDirectory,
        Path tokenFile,
        Broker broker,
        SchedulingSettings scheduling,
        Duration heartbeatExpiry,
        Duration statsInterval,
        MigrationOptions migrationOptions,
        MigrationLimits limits,
        MigrationBudget budget,
        Duration shutdownGrace,
        Path recordDirectory) {

    /** The REST interface's port unless told otherwise. */
    public static final int DEFAULT_PORT = 7070;

    public ControllerConfig {
        Objects.requireNonNull(listenAddress, "listenAddress");
        Objects.requireNonNull(stateDirectory, "stateDirectory");
        Objects.requireNonNull(tokenFile, "tokenFile");
        Objects.requireNonNull(broker, "broker");
        Objects.requireNonNull(scheduling, "scheduling");
        Objects.requireNonNull(migrationOptions, "migrationOptions");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(budget, "budget");
        if (listenPort < 0 || listenPort > 65_535) {
            throw new IllegalArgumentException("the controller's port is " + listenPort + ", not one of 0 to 65535");
        }
        requirePositive("heartbeat expiry", heartbeatExpiry);
        requirePositive("statistics interval", statsInterval);
        if (shutdownGrace.isNegative()) {
            throw new IllegalArgumentException("the shutdown grace is " + shutdownGrace + ": write 0 or more");
        }
    }

    private static void requirePositive(String what, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException("the " + what + " is " + value + ": it must be above 0");
        }
    }

    /**
     * Where statistics come from.
     *
     * @param amqpUri of a RabbitMQ, with its password: read it from a file or the environment; {@code null} for an
     *     embedded broker
     * @param bindAddress of the embedded broker; default {@code 127.0.0.1}
     * @param port of the embedded broker, 0 for any free one (agents learn it from the controller); default 0
     */
    public record Broker(String amqpUri, String bindAddress, int port) {
        public static final Broker EMBEDDED = new Broker(null, "127.0.0.1", 0);

        public Broker {
            Objects.requireNonNull(bindAddress, "bindAddress");
        }

        /** Without the password. */
        @Override
        public String toString() {
            return amqpUri == null ? "embedded on " + bindAddress + ":" + port : "by URI";
        }
    }

    /** Every default, for this state directory and token. */
    public static ControllerConfig defaults(Path stateDirectory, Path tokenFile) {
        return new ControllerConfig(
                "127.0.0.1",
                DEFAULT_PORT,
                stateDirectory,
                tokenFile,
                Broker.EMBEDDED,
                SchedulingSettings.DEFAULT,
                Duration.ofMinutes(2),
                Duration.ofSeconds(5),
                MigrationOptions.DEFAULT,
                MigrationLimits.DEFAULT,
                MigrationBudget.DEFAULT,
                Duration.ofSeconds(20),
                null);
    }

    public ControllerConfig withListen(String address, int port) {
        return changed(edit -> {
            edit.listenAddress = address;
            edit.listenPort = port;
        });
    }

    public ControllerConfig withBroker(Broker value) {
        return changed(edit -> edit.broker = value);
    }

    public ControllerConfig withScheduling(SchedulingSettings value) {
        return changed(edit -> edit.scheduling = value);
    }

    public ControllerConfig withHeartbeatExpiry(Duration value) {
        return changed(edit -> edit.heartbeatExpiry = value);
    }

    public ControllerConfig withStatsInterval(Duration value) {
        return changed(edit -> edit.statsInterval = value);
    }

    public ControllerConfig withMigrationOptions(MigrationOptions value) {
        return changed(edit -> edit.migrationOptions = value);
    }

    public ControllerConfig withLimits(MigrationLimits value) {
        return changed(edit -> edit.limits = value);
    }

    public ControllerConfig withBudget(MigrationBudget value) {
        return changed(edit -> edit.budget = value);
    }

    public ControllerConfig withShutdownGrace(Duration value) {
        return changed(edit -> edit.shutdownGrace = value);
    }

    public ControllerConfig withRecordDirectory(Path value) {
        return changed(edit -> edit.recordDirectory = value);
    }

    private ControllerConfig changed(Consumer<Edit> change) {
        Edit edit = new Edit(this);
        change.accept(edit);
        return new ControllerConfig(
                edit.listenAddress,
                edit.listenPort,
                edit.stateDirectory,
                edit.tokenFile,
                edit.broker,
                edit.scheduling,
                edit.heartbeatExpiry,
                edit.statsInterval,
                edit.migrationOptions,
                edit.limits,
                edit.budget,
                edit.shutdownGrace,
                edit.recordDirectory);
    }

    /** All values, to be changed one by one. */
    private static final class Edit {
        private String listenAddress;
        private int listenPort;
        private Path stateDirectory;
        private Path tokenFile;
        private Broker broker;
        private SchedulingSettings scheduling;
        private Duration heartbeatExpiry;
        private Duration statsInterval;
        private MigrationOptions migrationOptions;
        private MigrationLimits limits;
        private MigrationBudget budget;
        private Duration shutdownGrace;
        private Path recordDirectory;

        Edit(ControllerConfig of) {
            listenAddress = of.listenAddress;
            listenPort = of.listenPort;
            stateDirectory = of.stateDirectory;
            tokenFile = of.tokenFile;
            broker = of.broker;
            scheduling = of.scheduling;
            heartbeatExpiry = of.heartbeatExpiry;
            statsInterval = of.statsInterval;
            migrationOptions = of.migrationOptions;
            limits = of.limits;
            budget = of.budget;
            shutdownGrace = of.shutdownGrace;
            recordDirectory = of.recordDirectory;
        }
    }
}
