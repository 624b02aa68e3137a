package org.livemigrate.cli.fleet;

import java.net.URI;
import java.nio.file.Path;
import org.livemigrate.cli.console.InputException;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.TokenFile;
import picocli.CommandLine.Option;

/** How a command finds its controller: the same two options everywhere. */
public final class ControllerOptions {

    @Option(
            names = "--controller",
            paramLabel = "URI",
            defaultValue = "${env:LIVE_MIGRATE_CONTROLLER:-http://127.0.0.1:7070}",
            description = "the controller; default: $LIVE_MIGRATE_CONTROLLER, else http://127.0.0.1:7070")
    private URI controller;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "${env:LIVE_MIGRATE_TOKEN_FILE:-/etc/live-migrate/token}",
            description = "the fleet's token; default: $LIVE_MIGRATE_TOKEN_FILE, else /etc/live-migrate/token")
    private Path tokenFile;

    /** A client of that controller. */
    public RestClient client() {
        if (controller.getHost() == null || !"http".equals(controller.getScheme())) {
            throw new InputException("--controller " + controller + ": write it as http://HOST:PORT.");
        }
        return new RestClient(controller, TokenFile.read(tokenFile));
    }
}
