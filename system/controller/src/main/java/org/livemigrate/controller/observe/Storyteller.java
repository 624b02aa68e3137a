package org.livemigrate.controller.observe;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.livemigrate.controller.migration.MigrationListener;
import org.livemigrate.controller.schedule.RoundListener;
import org.livemigrate.controller.time.Timeline;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.event.FleetEvent;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.plan.DecisionView;
import org.livemigrate.protocol.plan.PlanDocument;

/**
 * Makes events of rounds, migrations, hosts and containers. What stays as it was is told once: a rejection that comes
 * again in the next round, a host that is still silent, a round that has nothing to say.
 */
public final class Storyteller implements MigrationListener, RoundListener {

    private final EventLog log;
    private final Timeline timeline;
    private final Map<String, String> hostStates = new HashMap<>();
    private final Map<String, ContainerView> missed = new TreeMap<>();
    private Map<String, ContainerView> present = Map.of();
    private Set<String> rejectionsTold = new HashSet<>();

    public Storyteller(EventLog log, Timeline timeline) {
        this.log = log;
        this.timeline = timeline;
    }

    @Override
    public void started(MigrationView migration) {
        tell("migration-started", migration, migration.reason());
    }

    @Override
    public void phaseEntered(MigrationView migration) {
        tell("migration-phase", migration, migration.name() + " is in " + migration.phase());
    }

    @Override
    public void ended(MigrationView migration) {
        String how = migration.name() + " from " + migration.from() + " to " + migration.to() + ": "
                + migration.outcome().word();
        tell(
                "migration-ended",
                migration,
                migration.problem() == null
                        ? how
                        : how + ", because " + migration.problem().detail());
    }

    private void tell(String kind, MigrationView migration, String reason) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("phase", migration.phase());
        data.put("epoch", migration.epoch());
        if (migration.outcome() != null) {
            data.put("outcome", migration.outcome().word());
            data.put("bytes", migration.bytes());
            data.put("phasesMs", migration.phasesMs());
            if (migration.downtimeApiMs() != null) {
                data.put("downtimeApiMs", migration.downtimeApiMs());
            }
        }
        log.add(new FleetEvent(
                null,
                timeline.now(),
                kind,
                migration.from(),
                migration.to(),
                migration.name(),
                migration.id(),
                reason,
                data));
    }

    @Override
    public synchronized void decided(DecisionView decision, Duration planning) {
        PlanDocument plan = decision.plan();
        if (plan == null) {
            log.add(decision.time(), "round", null, decision.note(), Map.of("round", decision.number()));
            return;
        }
        for (PlanDocument.Move move : plan.migrations()) {
            log.add(new FleetEvent(
                    null,
                    decision.time(),
                    "move-planned",
                    move.from(),
                    move.to(),
                    move.container(),
                    null,
                    move.reason(),
                    Map.of("round", decision.number())));
        }
        Set<String> told = new HashSet<>();
        for (PlanDocument.Refusal no : plan.rejections()) {
            String key = no.container() + " " + no.from() + " " + no.to() + " " + no.code();
            told.add(key);
            if (!rejectionsTold.contains(key)) {
                log.add(new FleetEvent(
                        null,
                        decision.time(),
                        "move-rejected",
                        no.from(),
                        no.to(),
                        no.container(),
                        null,
                        no.reason(),
                        Map.of("round", decision.number(), "code", no.code())));
            }
        }
        rejectionsTold = told;
        if (!plan.migrations().isEmpty() || !plan.overTarget().isEmpty() || decision.note() != null) {
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("round", decision.number());
            data.put("moves", plan.migrations().size());
            data.put("rejections", plan.rejections().size());
            data.put("overTarget", plan.overTarget());
            data.put("planningUs", planning.toNanos() / 1_000);
            String sentence = plan.migrations().size() + " moves planned, "
                    + decision.migrations().size()
                    + " ordered; over target afterwards: "
                    + (plan.overTarget().isEmpty() ? "none" : String.join(", ", plan.overTarget()));
            log.add(
                    decision.time(),
                    "round",
                    null,
                    decision.note() == null ? sentence : sentence + ". " + decision.note(),
                    data);
        }
    }

    /**
     * Looks whether a host has come, gone or changed, and whether a container has gone.
     *
     * @param hosts every one that was heard of
     * @param containers on hosts that are in the fleet
     */
    public synchronized void look(List<NodeView> hosts, List<ContainerView> containers) {
        for (NodeView host : hosts) {
            String id = host.facts().id();
            String before = hostStates.put(id, host.state());
            if (!host.state().equals(before)) {
                log.add(
                        timeline.now(),
                        "host-state",
                        id,
                        before == null
                                ? "host " + id + " is new here and " + host.state()
                                : "host " + id + " was " + before + " and is " + host.state(),
                        Map.of("state", host.state(), "containers", host.containers()));
            }
        }
        Map<String, ContainerView> now =
                containers.stream().collect(Collectors.toMap(ContainerView::id, Function.identity()));
        missed.keySet().removeAll(now.keySet());
        missed.values().forEach(this::tellGone);
        missed.clear();
        // one that has moved may be told of by its target after its source: it is gone when it is missed twice
        present.forEach((id, container) -> {
            if (!now.containsKey(id)) {
                missed.put(id, container);
            }
        });
        present = now;
    }

    private void tellGone(ContainerView container) {
        String state = hostStates.getOrDefault(container.host(), "unknown");
        String why = state.equals("expired")
                ? " was on host " + container.host() + ", which is silent: it may be lost, or run on unheard"
                : " is on host " + container.host() + " no more: it has ended, was removed, or was lost with its host";
        log.add(new FleetEvent(
                null,
                timeline.now(),
                "container-gone",
                container.host(),
                null,
                container.name(),
                null,
                "container " + container.name() + why,
                Map.of("id", container.id(), "hostState", state)));
    }
}
