package dev.godwit.model;

import dev.godwit.model.Model.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Walks through every state that can be reached, the near ones first, so that what it finds is found by the shortest way. */
final class Explorer {

    /**
     * What was found.
     *
     * @param states how many states there are
     * @param finished how many of them are finished
     * @param violation what must never be and how it comes about, empty if it does not
     */
    record Result(int states, int finished, Optional<String> violation) {}

    private record Origin(@Nullable State from, String what) {}

    private final Model model;
    private final Map<State, Origin> seen = new HashMap<>();
    private final Deque<State> open = new ArrayDeque<>();

    Explorer(Model model) {
        this.model = model;
    }

    Result explore() {
        add(State.initial(), new Origin(null, ""));
        int finished = 0;
        State state = null;
        try {
            while (!open.isEmpty()) {
                state = open.remove();
                model.check(state);
                List<Step> steps = model.steps(state);
                finished += state.visible().done() ? 1 : 0;
                if (steps.isEmpty() && !state.visible().done()) {
                    throw new Violation("nothing can happen any more, and it is not finished");
                }
                for (Step step : steps) {
                    add(step.to(), new Origin(state, step.what()));
                }
            }
            return new Result(seen.size(), finished, Optional.empty());
        } catch (Violation violation) {
            return new Result(seen.size(), finished, Optional.of(violation.getMessage() + "\n" + way(state)));
        }
    }

    private void add(State state, Origin origin) {
        if (seen.putIfAbsent(state, origin) == null) {
            open.add(state);
        }
    }

    private String way(@Nullable State to) {
        List<String> steps = new ArrayList<>();
        for (State state = to; state != null; ) {
            Origin origin = Objects.requireNonNull(seen.get(state));
            steps.add("  " + origin.what());
            state = origin.from();
        }
        Collections.reverse(steps);
        return String.join("\n", steps.subList(1, steps.size()));
    }
}
