package dev.godwit.internal.plan;

import dev.godwit.event.MigrationPhase;

/** When a migration may do what weighs on the servers: prepare the schema, and copy. Safe for use by any thread. */
public interface Turn {

    /** Tells whether what is left to do from a phase on has to wait for a turn. */
    boolean isNeeded(MigrationPhase from);

    /** Waits until it may, if what is left to do from a phase on weighs. */
    void await(MigrationPhase from) throws InterruptedException;

    /** Lets others have their turn. Without effect if there is none to end. */
    void end();

    /** Gives that of a migration which waits for nobody. */
    static Turn always() {
        return new Turn() {
            @Override
            public boolean isNeeded(MigrationPhase from) {
                return false;
            }

            @Override
            public void await(MigrationPhase from) {}

            @Override
            public void end() {}
        };
    }
}
