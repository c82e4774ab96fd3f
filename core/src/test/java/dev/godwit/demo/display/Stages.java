package dev.godwit.demo.display;

import dev.godwit.demo.display.DisplayModel.Stage;
import dev.godwit.demo.display.DisplayModel.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is done one after the other, and how long each has taken; a stage that comes back goes on counting. */
final class Stages {

    private final Map<String, Duration> spent = new LinkedHashMap<>();
    private @Nullable String running;
    private Instant since = Instant.EPOCH;
    private boolean failed;

    Stages(List<String> names) {
        names.forEach(name -> spent.put(name, Duration.ZERO));
    }

    void enter(String name, Instant now) {
        leave(now);
        spent.putIfAbsent(name, Duration.ZERO);
        running = name;
        since = now;
    }

    void leave(Instant now) {
        String ending = running;
        if (ending != null) {
            spent.merge(ending, atLeastAnInstant(now), Duration::plus);
        }
        running = null;
    }

    void fail() {
        failed = true;
    }

    List<Stage> at(Instant now) {
        List<Stage> stages = new ArrayList<>();
        spent.forEach((name, before) -> {
            if (name.equals(running)) {
                Duration took = before.plus(Duration.between(since, now));
                stages.add(new Stage(name, failed ? State.FAILED : State.RUNNING, took));
            } else {
                stages.add(new Stage(name, before.isZero() ? State.WAITING : State.DONE, before));
            }
        });
        return stages;
    }

    /** Zero means "not yet", so a stage that took no time at all counts as one nanosecond. */
    private Duration atLeastAnInstant(Instant now) {
        Duration passed = Duration.between(since, now);
        return passed.compareTo(Duration.ZERO) > 0 ? passed : Duration.ofNanos(1);
    }
}
