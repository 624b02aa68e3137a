package org.livemigrate.scheduler.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The policies by name. A new one joins with one line. */
public final class Policies {
    private static final Map<String, Function<PolicyParameters, Policy>> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("none", NonePolicy::new);
        BY_NAME.put("greedy", GreedyPolicy::new);
        BY_NAME.put("initial", InitialPolicy::new);
        BY_NAME.put("local-search", LocalSearchPolicy::new);
        for (String name : LiteraturePolicy.NAMES) {
            BY_NAME.put(name, parameters -> new LiteraturePolicy(name, parameters));
        }
    }

    private Policies() {}

    /** The names, in the order of registration. */
    public static Set<String> names() {
        return Collections.unmodifiableSet(BY_NAME.keySet());
    }

    /**
     * The policy of that name.
     *
     * @throws IllegalArgumentException when there is none; the message lists those there are
     */
    public static Policy create(String name, PolicyParameters parameters) {
        Function<PolicyParameters, Policy> factory = BY_NAME.get(name);
        if (factory == null) {
            throw new IllegalArgumentException(
                    "There is no policy '" + name + "'. Use one of: " + String.join(", ", BY_NAME.keySet()) + ".");
        }
        return factory.apply(parameters);
    }
}
