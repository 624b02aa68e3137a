package org.livemigrate.cli.serve;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a server up until the process is asked to end (SIGTERM, Ctrl-C), then closes it in its own bounded time. */
final class Serving {

    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

    private Serving() {}

    static void untilAsked(AutoCloseable server) throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    try {
                        server.close();
                        LOG.info("ended");
                    } catch (Exception e) {
                        LOG.warn("did not end cleanly", e);
                    } finally {
                        asked.countDown();
                    }
                },
                "end");
        Runtime.getRuntime().addShutdownHook(hook);
        asked.await();
    }
}
