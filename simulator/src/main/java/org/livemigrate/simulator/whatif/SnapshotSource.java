package org.livemigrate.simulator.whatif;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.JsonMessages;
import org.livemigrate.protocol.plan.SnapshotDocument;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import tools.jackson.core.JacksonException;

/** Where a snapshot comes from: a file, or a running controller. */
public final class SnapshotSource {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private SnapshotSource() {}

    /**
     * Reads it.
     *
     * @param where a file, or the controller's address such as {@code http://10.0.0.10:7070}
     * @param tokenFile holds the fleet's token; only for an address
     * @throws IOException when it cannot be had
     * @throws IllegalArgumentException when it is no snapshot
     */
    public static ClusterSnapshot read(String where, Path tokenFile) throws IOException, InterruptedException {
        byte[] json = where.startsWith("http://") || where.startsWith("https://")
                ? fetch(URI.create(where), tokenFile)
                : file(Path.of(where));
        try {
            SnapshotDocument document = Json.mapper().readValue(json, SnapshotDocument.class);
            if (document == null) {
                throw new IllegalArgumentException("--snapshot " + where + " holds no JSON object.");
            }
            return document.toSnapshot();
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "--snapshot " + where + ": " + JsonMessages.describe(e)
                            + " (what GET /v1/snapshot answers, and live-migrate plan --help shows, is the form)",
                    e);
        }
    }

    private static byte[] file(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("--snapshot " + file + ": no such file. Give a file or http://HOST:PORT.");
        }
        return Files.readAllBytes(file);
    }

    private static byte[] fetch(URI address, Path tokenFile) throws IOException, InterruptedException {
        if (tokenFile == null || !Files.isReadable(tokenFile)) {
            throw new IOException("--snapshot " + address + " needs --token-file with the fleet's token; "
                    + (tokenFile == null ? "none is given." : tokenFile + " cannot be read."));
        }
        String path = address.getPath();
        URI uri = path == null || path.isEmpty() || path.equals("/") ? address.resolve("/v1/snapshot") : address;
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + Files.readString(tokenFile).strip())
                .header("Accept", "application/json")
                .build();
        HttpResponse<byte[]> response;
        try {
            response = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IOException("--snapshot " + uri + " gives no answer (" + e + "). Is the controller there?", e);
        }
        if (response.statusCode() != 200) {
            throw new IOException("--snapshot " + uri + " answered status " + response.statusCode()
                    + (response.statusCode() == 401 ? ": the token is not this fleet's." : ": is it a controller?"));
        }
        return response.body();
    }
}
