package dev.godwit.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Endpoint;
import dev.godwit.MigrationRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks for a run's status all the time, as its own process and as another, and looks at each document. */
final class StatusPoll implements AutoCloseable {
    private static final long EVERY_MILLIS = 25;

    private final MigrationRun run;
    private final Endpoint target;
    private final String name;
    private final Set<MigrationState> seen = Collections.synchronizedSet(EnumSet.noneOf(MigrationState.class));
    private final Set<MigrationState> seenByOthers = Collections.synchronizedSet(EnumSet.noneOf(MigrationState.class));
    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread = new Thread(this::poll, "status-poll");

    private StatusPoll(MigrationRun run, Endpoint target, String name) {
        this.run = run;
        this.target = target;
        this.name = name;
    }

    static StatusPoll of(MigrationRun run, Endpoint target, String name) {
        StatusPoll poll = new StatusPoll(run, target, name);
        poll.thread.start();
        return poll;
    }

    private void poll() {
        long applied = 0;
        try {
            while (!over.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                MigrationStatus own = run.status();
                look(own, seen);
                long now = own.changes().total();
                if (now < applied) {
                    problems.add("applied changes went from " + applied + " to " + now);
                }
                applied = now;
                look(MigrationStatus.read(target, name), seenByOthers);
            }
        } catch (InterruptedException | RuntimeException e) {
            problems.add(e.toString());
        }
    }

    private void look(MigrationStatus status, Set<MigrationState> states) {
        states.add(status.state());
        String document = status.toJson();
        List<String> violations = StatusSchema.violations(document);
        if (!violations.isEmpty()) {
            problems.add(violations + " in " + document);
        }
    }

    Set<MigrationState> seen() {
        return seen;
    }

    Set<MigrationState> seenByOthers() {
        return seenByOthers;
    }

    /** Requires that these were seen, and that every document was as it should be. */
    void requireSeen(MigrationState... states) {
        assertThat(problems).isEmpty();
        assertThat(seen).contains(states);
        assertThat(seen).doesNotContain(MigrationState.INTERRUPTED, MigrationState.FAILED);
    }

    @Override
    public void close() {
        over.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        assertThat(problems).isEmpty();
    }
}
