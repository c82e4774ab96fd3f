package dev.godwit.internal.group;

import dev.godwit.cutover.Deadline;
import dev.godwit.event.MigrationListener;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.cutover.GroupDecision;
import dev.godwit.internal.cutover.JointCutover;
import dev.godwit.internal.cutover.Participant;
import dev.godwit.internal.engine.EventDispatcher;
import dev.godwit.internal.engine.MigrationEngine;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.replication.Failures;
import dev.godwit.replication.ServerConnections;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.GroupCutoverReport;
import dev.godwit.result.MigrationException;
import dev.godwit.status.MigrationStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One process's runs of the migrations of a group. Methods may be called by any thread. */
public final class GroupEngine implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final GroupPlan plan;
    private final EventDispatcher events;
    private final Map<String, MigrationEngine> members;
    private final ReentrantLock cutover = new ReentrantLock();

    @Nullable
    private GroupCutoverReport report;

    private GroupEngine(GroupPlan plan, EventDispatcher events, Map<String, MigrationEngine> members) {
        this.plan = plan;
        this.events = events;
        this.members = Collections.unmodifiableMap(members);
    }

    /** Starts migrations none of which is recorded yet; returns when the preflight of all has passed and all are recorded. */
    public static GroupEngine start(GroupPlan plan) {
        GroupPreflight.run(plan).throwIfBlocked();
        return launch(plan, MigrationEngine::start);
    }

    /** Goes on with the recorded ones; starts the others, after the preflight of all of these has passed. */
    public static GroupEngine resume(GroupPlan plan) {
        GroupPreflight.ofNewcomers(plan).throwIfBlocked();
        return launch(plan, MigrationEngine::resume);
    }

    private static GroupEngine launch(GroupPlan plan, Function<MigrationPlan, MigrationEngine> launcher) {
        EventDispatcher events = new EventDispatcher(plan.name(), plan.listeners());
        Map<String, ServerConnections> targets = new LinkedHashMap<>();
        plan.members().forEach(member -> targets.put(member.name(), member.target()));
        Turns turns = new Turns(plan.parallel(), plan.members().size());
        Map<String, MigrationEngine> members = new LinkedHashMap<>();
        try {
            for (MigrationPlan member : plan.members()) {
                List<MigrationListener> listeners = new ArrayList<>(member.listeners());
                listeners.add(events::publish);
                members.put(
                        member.name(),
                        launcher.apply(member.inGroup(
                                member.surroundings().inGroup(turns.of(members.size()), targets), listeners)));
            }
            turns.begin();
            return new GroupEngine(plan, events, members);
        } catch (RuntimeException e) {
            try {
                members.values().forEach(MigrationEngine::close);
            } finally {
                events.close();
            }
            throw e;
        }
    }

    /** Forgets all migrations of a group, none of which any process runs. */
    public static List<CleanUpReport> cleanUp(GroupPlan plan, boolean cleanTargets) {
        return MigrationEngine.cleanUp(plan.members(), cleanTargets);
    }

    /** Gives a run for each member, in their order. */
    public <T> Map<String, T> runs(BiFunction<String, MigrationEngine, T> wrapping) {
        Map<String, T> runs = new LinkedHashMap<>();
        members.forEach((name, engine) -> runs.put(name, wrapping.apply(name, engine)));
        return Collections.unmodifiableMap(runs);
    }

    /** Gives where the runs stand, in their order. */
    public List<MigrationStatus> status() {
        return members.values().stream().map(MigrationEngine::status).toList();
    }

    /** Waits until each member has reached a phase, or one behind it, at some moment; one that stands still ends the waiting for all. */
    public void await(MigrationPhase wanted, Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(timeout);
        Map<String, MigrationEngine> waiting = new LinkedHashMap<>(members);
        while (true) {
            members.forEach((name, member) -> {
                if (member.hasReached(wanted)) {
                    waiting.remove(name);
                }
            });
            if (waiting.isEmpty()) {
                return;
            }
            if (deadline.isPast()) {
                throw notReached(wanted, timeout, waiting);
            }
            waiting.values()
                    .iterator()
                    .next()
                    .awaitChange(Deadline.after(LOOK_EVERY).isBefore(deadline) ? LOOK_EVERY : deadline.left());
        }
    }

    private static MigrationException notReached(
            MigrationPhase wanted, Duration timeout, Map<String, MigrationEngine> waiting) {
        String where = waiting.entrySet().stream()
                .map(entry ->
                        "'" + entry.getKey() + "' is in " + entry.getValue().phase())
                .collect(Collectors.joining(", "));
        return new MigrationException(
                waiting.values().iterator().next().phase(),
                wanted + " not reached within " + timeout + ": migration " + where
                        + "; all of them go on, so waiting again is possible",
                null);
    }

    /** Cuts all over that are not completed: all of them, or none. */
    public GroupCutoverReport cutover() {
        cutover.lock();
        try {
            List<String> left = members.keySet().stream()
                    .filter(name -> engine(name).phase() != MigrationPhase.COMPLETED)
                    .toList();
            if (left.isEmpty()) {
                return Optional.ofNullable(report)
                        .orElseThrow(() -> new MigrationException(
                                MigrationPhase.COMPLETED,
                                "all migrations of group '" + plan.name() + "' are completed already",
                                null));
            }
            report = cutover(left);
            return report;
        } finally {
            cutover.unlock();
        }
    }

    private MigrationEngine engine(String name) {
        MigrationEngine engine = members.get(name);
        if (engine == null) {
            throw new IllegalArgumentException("group '" + plan.name() + "' has no migration '" + name + "'");
        }
        return engine;
    }

    private GroupCutoverReport cutover(List<String> names) {
        requireReady(names);
        GroupDecision decision = decision(names.get(0));
        List<Participant> joined = new ArrayList<>();
        try {
            for (String name : names) {
                join(name, joined);
            }
            return new JointCutover(decision, joined).run();
        } finally {
            names.subList(0, joined.size()).forEach(name -> engine(name).leaveCutover());
        }
    }

    private void requireReady(List<String> names) {
        List<String> problems = new ArrayList<>();
        for (String name : names) {
            MigrationPhase phase = engine(name).phase();
            switch (phase) {
                case READY_TO_CUTOVER -> {}
                case CANCELLED ->
                    problems.add("'" + name + "' is in phase CANCELLED, for good; close this run, and resume() a group"
                            + " without it");
                case FAILED ->
                    problems.add("'" + name + "' is in phase FAILED; mend what its status names, close this run, and"
                            + " resume() the group, or a group without it");
                default -> problems.add("'" + name + "' is in phase " + phase + "; await it first");
            }
        }
        if (!problems.isEmpty()) {
            throw new MigrationException(
                    null,
                    "group '" + plan.name() + "' is cut over when all of its migrations are in READY_TO_CUTOVER: "
                            + String.join(", and ", problems),
                    null);
        }
    }

    /** Who comes too late, because another has just lost its readiness, lets go those that have joined already. */
    private void join(String name, List<Participant> joined) {
        try {
            joined.add(engine(name).joinCutover());
        } catch (RuntimeException e) {
            CutoverRevertedException given = new CutoverRevertedException(
                    "the cutover of group '" + plan.name() + "' was not begun: " + e.getMessage(), e);
            joined.forEach(participant -> participant.reverted(given));
            throw e;
        }
    }

    /** The first member keeps it: each of the others must reach that one's target when it is recovered. */
    private GroupDecision decision(String coordinator) {
        ServerConnections target = plan.members().stream()
                .filter(member -> member.name().equals(coordinator))
                .findFirst()
                .orElseThrow()
                .target();
        try {
            return GroupDecision.of(plan.name(), UUID.randomUUID().toString(), coordinator, target);
        } catch (SQLException e) {
            throw new CutoverRevertedException(
                    "the cutover of group '" + plan.name() + "' was not begun, since the target of migration '"
                            + coordinator + "', where it is decided, cannot be reached: " + e.getMessage(),
                    e);
        }
    }

    /** Gives up all migrations that are not completed. What goes wrong with one keeps none of the others. */
    public List<CleanUpReport> cancel(boolean cleanTargets) {
        cutover.lock();
        try {
            List<MigrationEngine> left = members.values().stream()
                    .filter(engine -> engine.phase() != MigrationPhase.COMPLETED)
                    .filter(engine -> engine.phase() != MigrationPhase.CANCELLED)
                    .toList();
            each(left, MigrationEngine::requireNoVote);
            each(left, MigrationEngine::forgetDecisions);
            List<CleanUpReport> reports = new ArrayList<>();
            each(left, engine -> reports.add(engine.cancel(cleanTargets)));
            return reports;
        } finally {
            cutover.unlock();
        }
    }

    /** Stops this process's part of all; what is recorded allows another to go on. */
    @Override
    public void close() {
        try {
            each(members.values(), MigrationEngine::close);
        } finally {
            events.close();
        }
    }

    private interface Control {
        void on(MigrationEngine engine);
    }

    private static void each(Collection<MigrationEngine> engines, Control control) {
        Failures failures = new Failures();
        engines.forEach(engine -> failures.attempt(() -> control.on(engine)));
        failures.rethrowUnchecked();
    }
}
