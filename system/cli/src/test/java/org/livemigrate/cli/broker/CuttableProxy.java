package org.livemigrate.cli.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.livemigrate.protocol.broker.AmqpUri;

/** A TCP proxy in front of a broker whose connections a test can cut, refuse or let hang. */
final class CuttableProxy implements AutoCloseable {

    private final AmqpUri target;
    private final int port;
    private final Set<Socket> live = ConcurrentHashMap.newKeySet();
    private final Object gate = new Object();
    private ServerSocket listener;
    private boolean stalled;

    CuttableProxy(AmqpUri target) throws IOException {
        this.target = target;
        this.listener = listen(0);
        this.port = listener.getLocalPort();
    }

    /** The broker's URI through this proxy. */
    AmqpUri uri() {
        return new AmqpUri(false, "127.0.0.1", port, target.user(), target.password(), target.virtualHost());
    }

    /** Breaks the connections that stand; new ones may be made. */
    void cut() throws IOException {
        for (Socket socket : live) {
            try {
                socket.setSoLinger(true, 0); // a reset, as when a host is lost
            } catch (SocketException e) {
                // closed meanwhile
            }
            socket.close();
            live.remove(socket);
        }
    }

    /** Breaks the connections that stand and refuses new ones. */
    synchronized void down() throws IOException {
        listener.close();
        cut();
    }

    synchronized void up() throws IOException {
        listener = listen(port);
    }

    /** Neither side's bytes go on; connections stand. */
    void stall(boolean on) {
        synchronized (gate) {
            stalled = on;
            gate.notifyAll();
        }
    }

    @Override
    public void close() throws IOException {
        down();
        stall(false);
    }

    private ServerSocket listen(int at) throws IOException {
        ServerSocket made = new ServerSocket();
        made.setReuseAddress(true);
        made.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at));
        daemon(() -> accept(made));
        return made;
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket client = from.accept();
                Socket broker = new Socket(target.host(), target.port());
                live.add(client);
                live.add(broker);
                daemon(() -> pump(client, broker));
                daemon(() -> pump(broker, client));
                if (from.isClosed()) {
                    cut(); // accepted while going down
                }
            } catch (IOException e) {
                // closed, or the broker is away: the next one is tried
            }
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitOpenGate();
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // cut
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            live.remove(from);
            live.remove(to);
        }
    }

    private void awaitOpenGate() throws InterruptedException {
        synchronized (gate) {
            while (stalled) {
                gate.wait();
            }
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
