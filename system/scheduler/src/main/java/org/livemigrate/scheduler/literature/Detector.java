package org.livemigrate.scheduler.literature;

/** Says whether a host is overloaded, from its demand and the demands before. */
public interface Detector {

    /** How many past demands, the present one included, it looks at; 0 when only the present one matters. */
    int historyLength();

    /**
     * Whether a host is overloaded.
     *
     * @param demand present demand, millicores
     * @param capacity millicores, above 0
     * @param history demands of what is on the host now, oldest first, the present one last
     * @param offset of the first in {@code history}
     * @param length how many there are, at most {@link #historyLength()}
     */
    boolean isOverloaded(long demand, long capacity, long[] history, int offset, int length);

    /** A demand above which a host of that capacity is overloaded whatever its history, if there is one. */
    default long surelyOverloadedAbove(long capacity) {
        return Long.MAX_VALUE;
    }
}
