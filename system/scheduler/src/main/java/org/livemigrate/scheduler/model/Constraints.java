package org.livemigrate.scheduler.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

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
 * @param exclusive what a host has but one of, in any words: {@code port 8080/tcp}. No two containers that need the
 *     same may be on one host
 */
public record Constraints(
        boolean pinned,
        List<Label> hostLabels,
        List<Label> affinity,
        List<Label> antiAffinity,
        List<String> exclusive) {
    public static final Constraints NONE = new Constraints(false, List.of(), List.of(), List.of(), List.of());
    public static final Constraints PINNED = new Constraints(true, List.of(), List.of(), List.of(), List.of());

    public Constraints {
        hostLabels = Labels.copy(hostLabels);
        affinity = Labels.copy(affinity);
        antiAffinity = Labels.copy(antiAffinity);
        exclusive = things(exclusive);
    }

    /** The host must carry each of the labels. */
    public static Constraints onHostsWith(Label... labels) {
        return new Constraints(false, List.of(labels), List.of(), List.of(), List.of());
    }

    /** Wants a companion that carries each of the labels. */
    public static Constraints with(Label... labels) {
        return new Constraints(false, List.of(), List.of(labels), List.of(), List.of());
    }

    /** Refuses the company of containers that carry one of the labels. */
    public static Constraints apartFrom(Label... labels) {
        return new Constraints(false, List.of(), List.of(), List.of(labels), List.of());
    }

    /** Needs for itself what a host has but one of. */
    public static Constraints alone(String... things) {
        return new Constraints(false, List.of(), List.of(), List.of(), List.of(things));
    }

    /** Built from collections in any order, where {@code null} means none. */
    public static Constraints of(
            boolean pinned,
            Collection<Label> hostLabels,
            Collection<Label> affinity,
            Collection<Label> antiAffinity,
            Collection<String> exclusive) {
        return new Constraints(
                pinned, Labels.copy(hostLabels), Labels.copy(affinity), Labels.copy(antiAffinity), things(exclusive));
    }

    /** These, and one more thing that a host has but one of. */
    public Constraints andAlone(String thing) {
        List<String> all = new ArrayList<>(exclusive);
        all.add(thing);
        return new Constraints(pinned, hostLabels, affinity, antiAffinity, all);
    }

    /** These, and one more label that the host must carry. */
    public Constraints andOnHostsWith(Label label) {
        List<Label> all = new ArrayList<>(hostLabels);
        all.add(label);
        return new Constraints(pinned, all, affinity, antiAffinity, exclusive);
    }

    private static List<String> things(Collection<String> named) {
        if (named == null || named.isEmpty()) {
            return List.of();
        }
        for (String thing : named) {
            if (thing == null || thing.isBlank()) {
                throw new InvalidClusterException(
                        "Of what a container needs for itself, one thing has no name. Write for example port 8080/tcp.");
            }
        }
        return List.copyOf(new TreeSet<>(named));
    }

    /** Whether this demands nothing. */
    public boolean isNone() {
        return !pinned && hostLabels.isEmpty() && affinity.isEmpty() && antiAffinity.isEmpty() && exclusive.isEmpty();
    }
}
