package org.livemigrate.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.livemigrate.cli.fleet.HttpFleetApi;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.TokenFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The part of the demo that runs inside the lab's network; {@code demo} starts it, nobody else needs to. */
@Command(name = "demo-session", hidden = true)
public final class SessionCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE")
    private Path specFile;

    @Override
    public Integer call() throws IOException, InterruptedException {
        DemoSpec spec = Json.mapper().readValue(Files.readString(specFile), DemoSpec.class);
        return run(spec, Path.of(System.getProperty("livemigrate.home")));
    }

    /** Runs a session and ends its processes, also when it is interrupted. */
    static int run(DemoSpec spec, Path home) throws IOException, InterruptedException {
        String token = TokenFile.read(Path.of(spec.runDirectory(), "token"));
        RestClient controller =
                new RestClient(URI.create("http://" + spec.controllerAddress() + ":" + spec.controllerPort()), token);
        try (FleetProcesses processes = new FleetProcesses(spec, home)) {
            Thread end = new Thread(processes::close, "end of the demo's processes");
            Runtime.getRuntime().addShutdownHook(end);
            TickReader ticks = spec.runtime().equals("podman") ? new PodmanTickReader() : new ModelledTickReader(token);
            int status = new DemoSession(
                            spec, new HttpFleetApi(controller), processes, ticks, Clock.systemUTC(), System.out)
                    .run();
            Runtime.getRuntime().removeShutdownHook(end);
            return status;
        }
    }
}
