package org.livemigrate.rest;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Liveness and readiness for what watches over a server: a service manager, a load balancer, an orchestrator.
 *
 * <ul>
 *   <li>{@code GET /healthz}: 200 as long as it answers at all. Restart what does not.
 *   <li>{@code GET /readyz}: 200 when every part works, else 503 with the names of those that do not. Send it no work
 *       meanwhile; a restart mends nothing.
 * </ul>
 *
 * Both need no token, since such watchers have none, and so say nothing but these names.
 */
public final class Health {

    /** What is answered without a token. */
    static final Set<String> PATHS = Set.of("/healthz", "/readyz");

    private final Map<String, BooleanSupplier> parts;

    /**
     * What {@code /readyz} answers.
     *
     * @param missing names of the parts that do not work, in order
     */
    public record Readiness(boolean ready, List<String> missing) {}

    /** @param parts by name, each with whether it works now; asked often, so they must be quick */
    public Health(Map<String, BooleanSupplier> parts) {
        this.parts = new LinkedHashMap<>(parts);
    }

    /** Adds the paths. */
    public void addTo(Routes routes) {
        routes.get("/healthz", context -> context.json(Map.of("alive", true)));
        routes.get("/readyz", this::ready);
    }

    /** How it stands now. */
    public Readiness readiness() {
        List<String> missing = parts.entrySet().stream()
                .filter(part -> !part.getValue().getAsBoolean())
                .map(Map.Entry::getKey)
                .toList();
        return new Readiness(missing.isEmpty(), missing);
    }

    private void ready(Context context) {
        Readiness readiness = readiness();
        context.status(readiness.ready() ? 200 : 503).json(readiness);
    }
}
