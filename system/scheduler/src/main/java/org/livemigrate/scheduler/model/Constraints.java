package org.livemigrate.scheduler.model;

import java.util.Collection;
import java.util.List;

/**
 * What a container demands of the host it is moved to. All of it must hold when the move's turn comes; what is already
 * broken where a container stands is left as it is.
 *
 * @param pinned never moved by the scheduler
 * @param hostLabels the host must carry each of these
 * @param affinity for each of these, a container that carries it must already be settled on the host; nor is the last
 *     such companion taken away
 * @param antiAffinity no container that carries one of these may be on the host; it works both ways: a container that
 *     carries the label is not moved next to one that refuses it either
 */
public record Constraints(boolean pinned, List<Label> hostLabels, List<Label> affinity, List<Label> antiAffinity) {
    public static final Constraints NONE = new Constraints(false, List.of(), List.of(), List.of());
    public static final Constraints PINNED = new Constraints(true, List.of(), List.of(), List.of());

    public Constraints {
        hostLabels = Labels.copy(hostLabels);
        affinity = Labels.copy(affinity);
        antiAffinity = Labels.copy(antiAffinity);
    }

    /** The host must carry each of the labels. */
    public static Constraints onHostsWith(Label... labels) {
        return new Constraints(false, List.of(labels), List.of(), List.of());
    }

    /** Wants a companion that carries each of the labels. */
    public static Constraints with(Label... labels) {
        return new Constraints(false, List.of(), List.of(labels), List.of());
    }

    /** Refuses the company of containers that carry one of the labels. */
    public static Constraints apartFrom(Label... labels) {
        return new Constraints(false, List.of(), List.of(), List.of(labels));
    }

    /** Built from collections in any order, where {@code null} means none. */
    public static Constraints of(
            boolean pinned, Collection<Label> hostLabels, Collection<Label> affinity, Collection<Label> antiAffinity) {
        return new Constraints(pinned, Labels.copy(hostLabels), Labels.copy(affinity), Labels.copy(antiAffinity));
    }

    /** Whether this demands nothing. */
    public boolean isNone() {
        return !pinned && hostLabels.isEmpty() && affinity.isEmpty() && antiAffinity.isEmpty();
    }
}
