package org.livemigrate.controller.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener.DefaultSystemLauncherListener;
import org.apache.qpid.server.model.AuthenticationProvider;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.ConfiguredObject;
import org.apache.qpid.server.model.Port;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.User;
import org.livemigrate.protocol.broker.AmqpUri;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An AMQP 0-9-1 broker inside this process (Apache Qpid Broker-J), for fleets that have no RabbitMQ: one user, no
 * management interface, nothing on disk. It holds messages only as long as this process lives, which loses nothing that
 * counts: agents whose message is not confirmed send everything next time.
 */
public final class EmbeddedBroker implements AutoCloseable {

    /** The only user; the password is the fleet's token. */
    public static final String USER = "livemigrate";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final String CONFIGURATION = "embedded-broker.json";

    /**
     * @param bindAddress address to listen on, 127.0.0.1 unless told otherwise
     * @param port 0 for any free one; see {@link #uri()} for the actual one
     * @param password of the user {@link #USER}
     */
    public record Settings(String bindAddress, int port, String password) {
        public Settings {
            Objects.requireNonNull(bindAddress, "bindAddress");
            Objects.requireNonNull(password, "password");
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("the broker's port is " + port + ", not one of 0 to 65535");
            }
            if (password.isEmpty()) {
                throw new IllegalArgumentException("the broker's password is empty: give the fleet's token");
            }
        }

        /** On loopback, any free port. */
        public static Settings loopback(String password) {
            return new Settings("127.0.0.1", 0, password);
        }

        @Override
        public String toString() {
            return bindAddress + ":" + port;
        }
    }

    private final SystemLauncher launcher;
    private final AmqpUri uri;
    private boolean closed;

    private EmbeddedBroker(SystemLauncher launcher, AmqpUri uri) {
        this.launcher = launcher;
        this.uri = uri;
    }

    /**
     * Starts a broker and returns when clients can connect: some seconds in a fresh JVM.
     *
     * @throws BrokerStartException when it cannot, for example since the port is in use
     */
    public static EmbeddedBroker start(Settings settings) {
        refuseUnusableAddress(settings);
        Events events = new Events();
        SystemLauncher launcher = new SystemLauncher(events);
        try {
            launcher.startup(systemAttributes(settings));
            RuntimeException failure = events.failure.get();
            if (failure != null) {
                throw failure;
            }
            Broker<?> broker = (Broker<?>) events.system.get().getContainer();
            addUser(broker, settings.password());
            int port = boundPort(broker);
            EmbeddedBroker started = new EmbeddedBroker(
                    launcher, new AmqpUri(false, host(settings), port, USER, settings.password(), "/"));
            LOG.info("embedded broker at {}", started.uri.redacted());
            return started;
        } catch (Exception e) {
            launcher.shutdown();
            throw e instanceof BrokerStartException known ? known : cannot(settings, e.getMessage(), e);
        }
    }

    /** The broker itself reports an address that it cannot bind as a port in state ERROR, without the cause. */
    private static void refuseUnusableAddress(Settings settings) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(settings.bindAddress()), settings.port()));
        } catch (UnknownHostException e) {
            throw cannot(settings, "the address is not known here", e);
        } catch (BindException e) {
            throw cannot(
                    settings,
                    e.getMessage() + ": choose another port (0 for any), an address of this machine, or end what"
                            + " listens there",
                    e);
        } catch (IOException e) {
            throw cannot(settings, e.getMessage(), e);
        }
    }

    private static BrokerStartException cannot(Settings settings, String why, Exception cause) {
        return new BrokerStartException("the embedded broker cannot listen on " + settings + ": " + why, cause);
    }

    private static Map<String, Object> systemAttributes(Settings settings) {
        URL configuration = EmbeddedBroker.class.getResource(CONFIGURATION);
        Map<String, String> context = new HashMap<>();
        context.put("livemigrate.address", settings.bindAddress());
        context.put("livemigrate.port", Integer.toString(settings.port()));
        Map<String, Object> attributes = new HashMap<>();
        attributes.put(ConfiguredObject.TYPE, "Memory");
        attributes.put(ConfiguredObject.CONTEXT, context);
        attributes.put(
                SystemConfig.INITIAL_CONFIGURATION_LOCATION,
                Objects.requireNonNull(configuration, CONFIGURATION).toExternalForm());
        attributes.put(SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT, "false");
        return attributes;
    }

    /** In an attribute "${name}" is a variable and "$$" a dollar sign, also when it is a password. */
    private static void addUser(Broker<?> broker, String password) {
        AuthenticationProvider<?> provider =
                broker.getAuthenticationProviders().iterator().next();
        Map<String, Object> attributes = new HashMap<>();
        attributes.put(ConfiguredObject.NAME, USER);
        attributes.put(ConfiguredObject.TYPE, "managed");
        attributes.put(User.PASSWORD, password.replace("$", "$$"));
        provider.createChild(User.class, attributes);
    }

    private static int boundPort(Broker<?> broker) {
        for (Port<?> port : broker.getPorts()) {
            if (port.getBoundPort() > 0) {
                return port.getBoundPort();
            }
        }
        throw new IllegalStateException("the port is not open, although nothing else listened there a moment ago");
    }

    private static String host(Settings settings) throws UnknownHostException {
        InetAddress address = InetAddress.getByName(settings.bindAddress());
        return address.isAnyLocalAddress() ? "127.0.0.1" : settings.bindAddress();
    }

    /** How clients on this machine reach it, with the actual port, user and password. */
    public AmqpUri uri() {
        return uri;
    }

    /** The actual port. */
    public int port() {
        return uri.port();
    }

    /** Ends the broker and its threads; clients lose their connections, and the messages are gone. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            launcher.shutdown();
            LOG.info("embedded broker at {} ended", uri.redacted());
        }
    }

    /** The launcher tells a failed start only to listeners. */
    private static final class Events extends DefaultSystemLauncherListener {
        private final AtomicReference<SystemConfig<?>> system = new AtomicReference<>();
        private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

        @Override
        public void onContainerResolve(SystemConfig<?> resolved) {
            system.set(resolved);
        }

        @Override
        public void errorOnStartup(RuntimeException e) {
            failure.set(e);
        }
    }
}
