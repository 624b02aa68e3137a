package org.livemigrate.protocol.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ProtocolVersionMismatchException;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.livemigrate.protocol.json.Failures;

/** Turns what the AMQP client throws into one sentence that says what to do. */
final class BrokerFailure {

    private BrokerFailure() {}

    static String describe(AmqpUri uri, Throwable failure) {
        String broker = "the broker " + uri.redacted();
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof AuthenticationFailureException || t instanceof PossibleAuthenticationFailureException) {
                return broker + " refuses user \"" + uri.user()
                        + "\" with this password: check the URI, or the fleet's token for the embedded broker";
            }
            if (t instanceof ConnectException || t instanceof NoRouteToHostException) {
                return broker + " cannot be reached (" + Failures.why(t) + "): check that it runs and listens there";
            }
            if (t instanceof UnknownHostException) {
                return broker + " cannot be found: the name " + uri.host() + " has no address";
            }
            if (t instanceof SSLException) {
                return "TLS with " + broker + " fails (" + t.getMessage() + "): check its certificate";
            }
            if (t instanceof ShutdownSignalException signal) {
                return broker + " closed the " + (signal.isHardError() ? "connection" : "channel") + ": "
                        + reason(signal);
            }
            if (t instanceof ProtocolVersionMismatchException || t instanceof MalformedFrameException) {
                return broker + " does not speak AMQP 0-9-1: check the port";
            }
            if (t instanceof TimeoutException || t instanceof SocketTimeoutException) {
                return broker + " does not answer in time: check the host and the port";
            }
            if (t instanceof EOFException) {
                return broker + " hung up: check the port, and whether it expects TLS (amqps://)";
            }
        }
        return broker + ": " + Failures.why(failure);
    }

    private static String reason(ShutdownSignalException signal) {
        if (signal.getReason() instanceof AMQP.Connection.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        if (signal.getReason() instanceof AMQP.Channel.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        Throwable cause = signal.getCause();
        return cause == null ? "without a reason" : Failures.why(cause);
    }
}
