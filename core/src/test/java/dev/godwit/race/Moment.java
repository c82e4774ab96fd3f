package dev.godwit.race;

import java.util.ArrayList;
import java.util.List;

/**
 * Begin or end of a step of the cutover.
 *
 * @param step the step
 * @param ended whether it is the end
 */
public record Moment(String step, boolean ended) {
    /** In their order. */
    public static final List<String> STEPS = List.of("prepare", "fence", "drain", "fill", "seal", "decide", "switch");

    /** Gives begin and end of each step. */
    public static List<Moment> all() {
        List<Moment> all = new ArrayList<>();
        for (String step : STEPS) {
            all.add(new Moment(step, false));
            all.add(new Moment(step, true));
        }
        return all;
    }

    /** Of {@link #toString}. */
    public static Moment parse(String text) {
        String[] words = text.split(" ");
        return new Moment(words[2], words[0].equals("end"));
    }

    /** Tells whether it is this one. */
    public boolean is(String name, boolean isEnd) {
        return step.equals(name) && ended == isEnd;
    }

    /**
     * Tells whether time counts, and it can still be told that it is up: one that lasts too long ends in an undone cutover.
     */
    public boolean isInPause() {
        return switch (step) {
            case "prepare", "switch" -> false;
            case "fence" -> ended;
            case "decide" -> !ended;
            default -> true;
        };
    }

    /** Tells whether the decision is recorded by then, so that the only outcome of a kill is that the cutover is done. */
    boolean isDecided() {
        return step.equals("switch") || (step.equals("decide") && ended);
    }

    @Override
    public String toString() {
        return (ended ? "end of " : "begin of ") + step;
    }
}
