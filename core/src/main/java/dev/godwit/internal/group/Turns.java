package dev.godwit.internal.group;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.plan.Turn;
import java.util.EnumSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a number of migrations at a time prepare the schema and copy. Those that have a slot already come first, since it retains the
 * source's log, the others in their order in the group. Safe for use by any thread.
 */
final class Turns {
    /** Anything later applies changes, for which nobody waits. */
    private static final Set<MigrationPhase> HEAVY = EnumSet.of(
            MigrationPhase.CREATED, MigrationPhase.PREFLIGHT, MigrationPhase.SCHEMA, MigrationPhase.SNAPSHOT);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Integer> waiting = new PriorityQueue<>();
    private final int members;
    private int free;
    private boolean begun;

    /**
     * Makes the turns of a group.
     *
     * @param parallel how many at a time
     * @param members how many there are
     */
    Turns(int parallel, int members) {
        this.free = parallel;
        this.members = members;
    }

    /** Lets the first ones begin: by now all that are there wait, so that their order counts. */
    void begin() {
        lock.lock();
        try {
            begun = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Gives the turn of a member, by its place in the group. */
    Turn of(int place) {
        return new Place(place);
    }

    private void take(int rank) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            waiting.add(rank);
            try {
                while (!begun || free == 0 || waiting.element() != rank) {
                    changed.await();
                }
                free--;
            } finally {
                waiting.remove(rank);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void giveBack() {
        lock.lock();
        try {
            free++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** One member's turn; used by its run's thread. */
    private final class Place implements Turn {
        private final int place;
        private boolean taken;

        Place(int place) {
            this.place = place;
        }

        @Override
        public boolean isNeeded(MigrationPhase from) {
            return HEAVY.contains(from);
        }

        @Override
        public void await(MigrationPhase from) throws InterruptedException {
            if (isNeeded(from)) {
                take(from == MigrationPhase.SNAPSHOT ? place : members + place);
                taken = true;
            }
        }

        @Override
        public void end() {
            if (taken) {
                taken = false;
                giveBack();
            }
        }
    }
}
