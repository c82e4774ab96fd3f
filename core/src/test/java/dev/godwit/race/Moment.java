package dev.godwit.race;

import java.util.ArrayList;
import java.util.List;

/**
 * Begin or end of a step of the cutover.
 *
 * @param step the step
 * @param ended whether it is the end
 */
record Moment(String step, boolean ended) {
    static final List<String> STEPS = List.of("prepare", "fence", "drain", "fill", "seal", "decide", "switch");

    static List<Moment> all() {
        List<Moment> all = new ArrayList<>();
        for (String step : STEPS) {
            all.add(new Moment(step, false));
            all.add(new Moment(step, true));
        }
        return all;
    }

    /** Of {@link #toString}. */
    static Moment parse(String text) {
        String[] words = text.split(" ");
        return new Moment(words[2], words[0].equals("end"));
    }

    boolean is(String name, boolean isEnd) {
        return step.equals(name) && ended == isEnd;
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
