package org.livemigrate.cli.faults;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.rest.DurableState;

/** A machine's own disk: what was committed outlives every process, what was not is lost with it. */
final class SimDisk {

    /** What a disk may do to a process at a commit. */
    interface Faults {
        /** May kill the process, or throw a {@link ProblemException}, before anything was written. */
        void beforeCommit(SimProcess process);

        /** Likewise, after all was written. */
        void afterCommit(SimProcess process);
    }

    private final EventLoop loop;
    private final String host;
    private final Faults faults;
    private final Map<String, TreeMap<String, Object>> durable = new TreeMap<>();

    SimDisk(EventLoop loop, String host, Faults faults) {
        this.loop = loop;
        this.host = host;
        this.faults = faults;
    }

    /** As it stands on disk. */
    Map<String, Object> durable(String name) {
        return durable.computeIfAbsent(name, n -> new TreeMap<>());
    }

    DurableState open(SimProcess process) {
        return new Open(process);
    }

    private static final class Changing extends TreeMap<String, Object> {
        private static final long serialVersionUID = 1L;
        private final transient Set<String> changed = new HashSet<>();

        void becomes(Map<String, Object> values) {
            clear();
            putAll(values);
            changed.clear();
        }

        @Override
        public Object put(String key, Object value) {
            changed.add(key);
            return super.put(key, value);
        }

        @Override
        public Object remove(Object key) {
            changed.add((String) key);
            return super.remove(key);
        }
    }

    private final class Open implements DurableState {
        private final SimProcess process;
        private final Map<String, Changing> maps = new HashMap<>();

        Open(SimProcess process) {
            this.process = process;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <V> Map<String, V> map(String name) {
            return (Map<String, V>) maps.computeIfAbsent(name, n -> {
                Changing map = new Changing();
                map.becomes(durable(n));
                return map;
            });
        }

        @Override
        public void commit() {
            process.requireAlive();
            try {
                faults.beforeCommit(process);
            } catch (ProblemException e) {
                maps.forEach((name, map) -> map.becomes(durable(name)));
                throw e;
            }
            maps.forEach((name, map) -> {
                for (String key : map.changed) {
                    write(name, key, map.get(key));
                }
                map.changed.clear();
            });
            faults.afterCommit(process);
        }

        private void write(String name, String key, Object value) {
            Map<String, Object> on = durable(name);
            Object before = on.get(key);
            // every map of numbers holds fencing epochs
            if (before instanceof Long old && (value == null || (Long) value < old)) {
                loop.violated("the epoch in " + name + " of " + host + " for " + key + " went from " + old + " back to "
                        + value);
            }
            if (value == null) {
                on.remove(key);
            } else {
                on.put(key, value);
            }
        }

        @Override
        public void compact(int atMostMs) {
            process.requireAlive();
        }

        @Override
        public void close() {
            // whatever was not committed is not there afterwards
        }
    }
}
