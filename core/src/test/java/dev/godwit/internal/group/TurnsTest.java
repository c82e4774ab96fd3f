package dev.godwit.internal.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.plan.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TurnsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final List<Thread> threads = new ArrayList<>();
    private final List<String> begun = new CopyOnWriteArrayList<>();

    @AfterEach
    void interruptWhoStillWaits() throws InterruptedException {
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
    }

    private Thread waiting(String name, Turn turn, MigrationPhase phase) {
        Thread thread = new Thread(() -> {
            try {
                turn.await(phase);
                begun.add(name);
            } catch (InterruptedException e) {
                begun.add(name + " interrupted");
            }
        });
        threads.add(thread);
        thread.start();
        await().atMost(LIMIT)
                .until(() -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TERMINATED);
        return thread;
    }

    private void awaitBegun(String... names) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(begun).containsExactly(names));
    }

    @Test
    void givesThemInTheirOrderButToWhomHasASlotFirst() {
        Turns turns = new Turns(1, 4);
        List<Turn> all = List.of(turns.of(0), turns.of(1), turns.of(2), turns.of(3));
        waiting("c", all.get(2), MigrationPhase.SCHEMA);
        waiting("a", all.get(0), MigrationPhase.SCHEMA);
        waiting("d", all.get(3), MigrationPhase.SNAPSHOT);
        waiting("b", all.get(1), MigrationPhase.SCHEMA);
        assertThat(begun).isEmpty();
        turns.begin();
        awaitBegun("d");
        all.get(3).end();
        awaitBegun("d", "a");
        all.get(0).end();
        all.get(0).end();
        awaitBegun("d", "a", "b");
        all.get(1).end();
        awaitBegun("d", "a", "b", "c");
    }

    @Test
    void letsWhoAppliesChangesGoOnAtOnce() {
        Turns turns = new Turns(1, 3);
        Turn applying = turns.of(0);
        Turn ready = turns.of(1);
        waiting("applying", applying, MigrationPhase.CATCH_UP);
        awaitBegun("applying");
        waiting("ready", ready, MigrationPhase.READY_TO_CUTOVER);
        awaitBegun("applying", "ready");
        applying.end();
        ready.end();
        turns.begin();
        waiting("copying", turns.of(2), MigrationPhase.SNAPSHOT);
        awaitBegun("applying", "ready", "copying");
    }

    @Test
    void keepsNobodyWaitingForWhoWasInterrupted() {
        Turns turns = new Turns(1, 3);
        Turn first = turns.of(0);
        turns.begin();
        waiting("first", first, MigrationPhase.SCHEMA);
        awaitBegun("first");
        Thread second = waiting("second", turns.of(1), MigrationPhase.SCHEMA);
        waiting("third", turns.of(2), MigrationPhase.SCHEMA);
        second.interrupt();
        awaitBegun("first", "second interrupted");
        first.end();
        awaitBegun("first", "second interrupted", "third");
    }
}
