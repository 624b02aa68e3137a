package org.livemigrate.cli.faults;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.TreeMap;
import org.livemigrate.agent.checkpoint.CheckpointEngine;
import org.livemigrate.agent.checkpoint.Job;
import org.livemigrate.agent.store.CheckpointStore;
import org.livemigrate.agent.store.Claim;
import org.livemigrate.controller.stats.StatsHandler;
import org.livemigrate.rest.DurableState;

/** A mistake, planted around the production classes, that the invariants must find. */
enum Bug {
    NONE,
    /** Nobody writes a claim; everybody believes to have won it. */
    CLAIM_SKIPPED,
    /** A claim that was given up is not marked as such. */
    CLAIM_NOT_GIVEN_UP,
    /** Once a migration's images go, so does its claim. */
    CLAIM_REMOVED_EARLY,
    /** Agents forget the newest epoch that they have seen. */
    EPOCH_NOT_CHECKED,
    /** Targets forget that an epoch was abandoned. */
    ABANDON_FORGOTTEN,
    /** The controller acts on what it has not made durable. */
    JOURNAL_NOT_WRITTEN,
    /** Agents act on what they have not made durable. */
    STEPS_NOT_WRITTEN,
    /** A statistics message is acknowledged before it is applied. */
    ACKNOWLEDGED_BEFORE_APPLIED,
    /** The frozen copy of a source ends once it is dumped. */
    FROZEN_COPY_DROPPED,
    /** A target answers VERIFY before the pages are in. */
    PAGES_NOT_AWAITED,
    /** Nothing stops a copy that has lost its pages. */
    HOLLOW_COPY_RUNS,
    /** What was told to restore goes on after ABANDON. */
    NOT_DISARMED,
    /** Hosts that are silent stay in the picture. */
    EXPIRED_HOSTS_BELIEVED;

    CheckpointStore of(CheckpointStore store) {
        return switch (this) {
            case CLAIM_SKIPPED ->
                around(
                        CheckpointStore.class,
                        store,
                        "claim",
                        arguments -> new Claim(
                                (String) arguments[0],
                                (Long) arguments[1],
                                (String) arguments[2],
                                (String) arguments[3],
                                (String) arguments[4],
                                false));
            case CLAIM_REMOVED_EARLY ->
                around(CheckpointStore.class, store, "deleteImages", arguments -> {
                    store.deleteImages((String) arguments[0]);
                    store.listClaims().stream()
                            .map(CheckpointStore.StoredClaim::claim)
                            .filter(claim -> claim.migration().equals(arguments[0]))
                            .forEach(claim -> store.deleteClaim(claim.container()));
                    return null;
                });
            case CLAIM_NOT_GIVEN_UP -> around(CheckpointStore.class, store, "relinquish", arguments -> null);
            default -> store;
        };
    }

    CheckpointEngine of(CheckpointEngine engine) {
        return switch (this) {
            case FROZEN_COPY_DROPPED ->
                around(CheckpointEngine.class, engine, "freeze", arguments -> {
                    Job job = (Job) arguments[0];
                    CheckpointEngine.Frozen frozen = engine.freeze(job);
                    engine.discard(job, job.request().container().inState("paused", 0, null));
                    return frozen;
                });
            case PAGES_NOT_AWAITED -> around(CheckpointEngine.class, engine, "settle", arguments -> null);
            case NOT_DISARMED -> around(CheckpointEngine.class, engine, "disarm", arguments -> null);
            default -> engine;
        };
    }

    /** Of an agent. */
    DurableState ofAgent(DurableState state) {
        return switch (this) {
            case EPOCH_NOT_CHECKED -> forgetting(state, "newest-epochs");
            case ABANDON_FORGOTTEN -> forgetting(state, "abandoned-epochs");
            case STEPS_NOT_WRITTEN -> around(DurableState.class, state, "commit", arguments -> null);
            default -> state;
        };
    }

    /** Of the controller. */
    DurableState ofController(DurableState state) {
        return this == JOURNAL_NOT_WRITTEN ? around(DurableState.class, state, "commit", arguments -> null) : state;
    }

    Duration of(Duration expiry) {
        return this == EXPIRED_HOSTS_BELIEVED ? Duration.ofDays(1) : expiry;
    }

    StatsHandler of(EventLoop loop, SimProcess process, StatsHandler handler) {
        return this == ACKNOWLEDGED_BEFORE_APPLIED
                ? diff -> loop.after(Duration.ofSeconds(1), process, "applies late", () -> handler.apply(diff))
                : handler;
    }

    private interface Instead {
        Object of(Object[] arguments) throws InterruptedException;
    }

    private static DurableState forgetting(DurableState state, String map) {
        return around(
                DurableState.class,
                state,
                "map",
                arguments -> arguments[0].equals(map) ? new Forgetting() : state.map((String) arguments[0]));
    }

    private static final class Forgetting extends TreeMap<String, Object> {
        private static final long serialVersionUID = 1L;

        @Override
        public Object put(String key, Object value) {
            return null;
        }
    }

    private static <T> T around(Class<T> type, T inner, String method, Instead instead) {
        InvocationHandler handler = (Object proxy, Method called, Object[] arguments) -> {
            if (called.getName().equals(method)) {
                return instead.of(arguments);
            }
            try {
                return called.invoke(inner, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
