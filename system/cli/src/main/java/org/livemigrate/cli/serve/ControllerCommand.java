package org.livemigrate.cli.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.cli.console.InputException;
import org.livemigrate.controller.Controller;
import org.livemigrate.controller.ControllerConfig;
import org.livemigrate.controller.migration.MigrationBudget;
import org.livemigrate.controller.migration.MigrationLimits;
import org.livemigrate.controller.schedule.SchedulingSettings;
import org.livemigrate.protocol.broker.AmqpUri;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.model.Fraction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the fleet's controller. */
@Command(
        name = "controller",
        description = "Runs the controller: watches the fleet, decides at each interval, drives the migrations.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  live-migrate controller --listen 10.0.0.10:7070 --broker-listen 10.0.0.10:5672",
            "  live-migrate controller --listen 10.0.0.10:7070 --amqp-uri-file /etc/live-migrate/amqp-uri --target 65",
            "",
            "It ends on SIGTERM. What its journal holds unfinished is finished or rolled back at the next start. Options",
            "may stand in a YAML file: --config controller.yaml with lines such as 'target: 65'."
        })
public final class ControllerCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", description = "YAML with options; the command line wins")
    private Path config;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7070",
            converter = ListenAddress.Converter.class,
            description = "default ${DEFAULT-VALUE}")
    private ListenAddress listen;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "/etc/live-migrate/token",
            description = "the fleet's token, mode 0600; default ${DEFAULT-VALUE}")
    private Path tokenFile;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "/var/lib/live-migrate/controller",
            description = "journal, on a local disk; default ${DEFAULT-VALUE}")
    private Path state;

    @Option(
            names = "--amqp-uri-file",
            paramLabel = "FILE",
            description = "holds the URI of a RabbitMQ (it has a password: not on a command line); default:"
                    + " $LIVE_MIGRATE_AMQP_URI, else a broker inside the controller")
    private Path amqpUriFile;

    @Option(
            names = "--broker-listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:0",
            converter = ListenAddress.Converter.class,
            description = "of the broker inside the controller; default 127.0.0.1 and any free port")
    private ListenAddress brokerListen;

    @Option(names = "--policy", paramLabel = "NAME", defaultValue = "greedy", description = "default ${DEFAULT-VALUE}")
    private String policy;

    @Option(
            names = "--target",
            paramLabel = "PERCENT",
            defaultValue = "71",
            description = "load above which a host is overloaded; default ${DEFAULT-VALUE}")
    private String target;

    @Option(
            names = "--headroom",
            paramLabel = "PERCENT",
            defaultValue = "10",
            description = "share of a target host that stays free; default ${DEFAULT-VALUE}")
    private String headroom;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "1m",
            converter = DurationConverter.class,
            description = "between scheduling rounds; default ${DEFAULT-VALUE}")
    private Duration interval;

    @Option(
            names = "--sustained",
            paramLabel = "N/M",
            defaultValue = "2/3",
            description = "a host's containers move once N of its last M samples were over target; default"
                    + " ${DEFAULT-VALUE}; 1/1: at once")
    private String sustained;

    @Option(
            names = "--cool-down",
            paramLabel = "TIME",
            defaultValue = "5m",
            converter = DurationConverter.class,
            description = "a container that was moved stays this long; default ${DEFAULT-VALUE}")
    private Duration coolDown;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "2",
            description = "migrations at once in the fleet; default ${DEFAULT-VALUE}")
    private int inFlight;

    @Option(
            names = "--stats-interval",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description = "how often agents sample; default ${DEFAULT-VALUE}")
    private Duration statsInterval;

    @Option(
            names = "--expiry",
            paramLabel = "TIME",
            defaultValue = "2m",
            converter = DurationConverter.class,
            description = "a host silent for this long is out; default ${DEFAULT-VALUE}")
    private Duration expiry;

    @Option(
            names = "--answer-within",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "an agent that has not answered a request after this long is silent; more for hosts whose"
                    + " podman takes seconds; default ${DEFAULT-VALUE}")
    private Duration answerWithin;

    @Option(
            names = "--silence",
            paramLabel = "TIME",
            defaultValue = "15s",
            converter = DurationConverter.class,
            description = "a migration that can do without a silent host goes on without it after this long; default"
                    + " ${DEFAULT-VALUE}")
    private Duration silence;

    @Option(
            names = "--host-return",
            paramLabel = "TIME",
            defaultValue = "15m",
            converter = DurationConverter.class,
            description = "a migration that cannot do without a silent host waits for it this long; default"
                    + " ${DEFAULT-VALUE}")
    private Duration hostReturn;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "podman",
            description = "checkpoint engine where hosts have a choice; default ${DEFAULT-VALUE}")
    private String engine;

    @Option(
            names = "--pre-dumps",
            paramLabel = "N",
            defaultValue = "0",
            description = "pre-dump rounds (the report: 10; podman's are not incremental); default ${DEFAULT-VALUE}")
    private int preDumps;

    @Option(
            names = "--compression",
            paramLabel = "NAME",
            defaultValue = "none",
            description = "of checkpoints: none, zstd or gzip; default ${DEFAULT-VALUE}")
    private String compression;

    @Option(
            names = "--record",
            paramLabel = "DIR",
            description = "record everything that is heard and decided, one file a start, for simulate replay and"
                    + " simulate --trace recording:FILE")
    private Path record;

    @Option(names = "--paused", description = "make no rounds until POST /v1/scheduler/resume")
    private boolean paused;

    @Override
    public Integer call() throws InterruptedException {
        Serving.untilAsked(Controller.start(configuration()));
        return ExitStatus.DONE;
    }

    private ControllerConfig configuration() {
        try {
            MigrationOptions options = MigrationOptions.DEFAULT;
            return ControllerConfig.defaults(state, tokenFile)
                    .withListen(listen.host(), listen.port())
                    .withBroker(new ControllerConfig.Broker(amqpUri(), brokerListen.host(), brokerListen.port()))
                    .withScheduling(new SchedulingSettings(
                            interval,
                            policy,
                            Fraction.parsePercent(target),
                            Fraction.parsePercent(headroom),
                            0,
                            guards(),
                            paused))
                    .withHeartbeatExpiry(expiry)
                    .withLimits(MigrationLimits.DEFAULT
                            .withAnswer(answerWithin)
                            .withSilence(silence)
                            .withHostReturn(hostReturn))
                    .withStatsInterval(statsInterval)
                    .withRecordDirectory(record)
                    .withBudget(new MigrationBudget(
                            inFlight, MigrationBudget.DEFAULT.outOfHost(), MigrationBudget.DEFAULT.intoHost()))
                    .withMigrationOptions(new MigrationOptions(
                            engine,
                            preDumps,
                            options.preDumpDelayMs(),
                            compression,
                            options.tcpEstablished(),
                            options.verifyTimeoutMs()));
        } catch (IllegalArgumentException e) {
            throw new InputException("controller: " + e.getMessage(), e);
        }
    }

    private GuardSettings guards() {
        String[] parts = sustained.split("/", -1);
        try {
            if (parts.length == 2) {
                return GuardSettings.LIVE
                        .withBreach(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]))
                        .withCoolDown(coolDown, GuardSettings.LIVE.hostCoolDown());
            }
        } catch (NumberFormatException e) {
            // answered below
        }
        throw new InputException("--sustained " + sustained + ": write N/M, for example 2/3.");
    }

    private String amqpUri() {
        if (amqpUriFile == null) {
            return System.getenv("LIVE_MIGRATE_AMQP_URI");
        }
        return AmqpUri.fromFile(amqpUriFile).uri();
    }
}
