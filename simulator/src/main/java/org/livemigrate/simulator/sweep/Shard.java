package org.livemigrate.simulator.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a sweep: the runs whose index leaves the shard's number when divided by how many shards there are. Which
 * machine does which shard changes nothing.
 *
 * @param number from 0
 * @param of how many
 */
public record Shard(int number, int of) {
    /** All of it. */
    public static final Shard WHOLE = new Shard(0, 1);

    private static final Pattern TEXT = Pattern.compile("(\\d{1,5})/(\\d{1,5})");

    public Shard {
        if (of < 1 || number < 0 || number >= of) {
            throw new IllegalArgumentException(
                    "--shard " + number + "/" + of + ": shards are numbered from 0 to one below their count.");
        }
    }

    /** Reads {@code 3/16}: the fourth of sixteen. */
    public static Shard parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("--shard '" + text + "' is not like 3/16.");
        }
        return new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** The shard's runs. */
    public List<RunPlan> of(List<RunPlan> all) {
        List<RunPlan> mine = new ArrayList<>();
        for (RunPlan run : all) {
            if (run.index() % of == number) {
                mine.add(run);
            }
        }
        return mine;
    }
}
