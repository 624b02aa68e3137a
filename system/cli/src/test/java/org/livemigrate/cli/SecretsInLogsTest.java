package org.livemigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.checkpoint.ModelledCosts;
import org.livemigrate.controller.schedule.SchedulingSettings;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.host.HeartbeatAnswer;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.rest.RestClient;
import org.slf4j.LoggerFactory;

/**
 * Everything that a fleet logs through the program's own configuration at TRACE: start, heartbeats, statistics, a
 * migration, refusals, a restart, the end. The fleet's token, which is the embedded broker's password too, is not in it.
 */
class SecretsInLogsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LEVEL = "LIVE_MIGRATE_LOG";

    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final List<String> lines = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void logAsTheProgramDoes() throws Exception {
        System.setProperty(LEVEL, "TRACE");
        context.reset();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(SecretsInLogsTest.class.getResource("/logback.xml"));
        AppenderBase<ILoggingEvent> all = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                synchronized (lines) {
                    lines.add(event.getLoggerName() + " " + event.getFormattedMessage()
                            + (event.getThrowableProxy() == null
                                    ? ""
                                    : ThrowableProxyUtil.asString(event.getThrowableProxy())));
                }
            }
        };
        all.setContext(context);
        all.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        assertThat(root.getLevel()).isEqualTo(Level.TRACE);
        root.detachAppender("stderr");
        root.addAppender(all);
    }

    @AfterEach
    void logAsTestsDo() throws Exception {
        System.clearProperty(LEVEL);
        context.reset();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(SecretsInLogsTest.class.getResource("/logback-test.xml"));
    }

    @Test
    void neitherTokenNorBrokerPasswordIsEverLogged() throws Exception {
        String brokerUri;
        try (ModelledFleet fleet = new ModelledFleet(
                folder, SchedulingSettings.DEFAULT.withInterval(Duration.ofHours(1)), ModelledCosts.DEFAULT)) {
            await().atMost(PATIENCE)
                    .until(() -> fleet.nodes().stream()
                                    .filter(node -> node.state().equals("ready"))
                                    .count()
                            == 3);
            brokerUri = fleet.client()
                    .post(
                            "/v1/heartbeats",
                            new Heartbeat(fleet.agents().get(0).facts(), "another", java.time.Instant.now()),
                            HeartbeatAnswer.class)
                    .brokerUri();
            String id = fleet.create("a", "v1", 100).id();
            await().atMost(PATIENCE)
                    .until(() -> fleet.containers().stream()
                            .anyMatch(container -> container.id().equals(id)));
            assertThat(fleet.ended(fleet.order("a", "v2").id()).outcome()).isEqualTo(MigrationOutcome.COMMITTED);
            RestClient stranger = new RestClient(fleet.uri(), ModelledFleet.TOKEN + "-wrong");
            assertThatThrownBy(() -> stranger.get("/v1/nodes", Map.class)).isInstanceOf(ProblemException.class);
            assertThatThrownBy(() -> fleet.client().get("/v1/migrations/nowhere", Map.class))
                    .isInstanceOf(ProblemException.class);
            fleet.restartController();
            await().atMost(PATIENCE).until(() -> fleet.nodes().size() == 3);
        }
        List<String> logged;
        synchronized (lines) {
            logged = List.copyOf(lines);
        }
        assertThat(brokerUri).contains(ModelledFleet.TOKEN);
        assertThat(logged).hasSizeGreaterThan(20).anyMatch(line -> line.contains("migration"));
        assertThat(logged).noneMatch(line -> line.contains(ModelledFleet.TOKEN));
    }
}
