package dev.godwit.demo;

import dev.godwit.event.MigrationListener;
import dev.godwit.testkit.PostgresServer;

/** The one thing that the demo is about, apart from all that surrounds it. */
@FunctionalInterface
interface DatabaseMove {

    /**
     * Moves the rental database while it is written to, and cuts over.
     *
     * @param source where it is
     * @param target where it shall be; the database exists there and is empty
     * @param listener sees what happens
     * @param handover to be called inside the cutover, once the target has everything and the source takes no more writes
     * @return the moments between which the cutover took place
     * @throws Exception if the database is still where it was
     */
    Cutover run(PostgresServer source, PostgresServer target, MigrationListener listener, Handover handover)
            throws Exception;

    /** Sends the application to the target. */
    @FunctionalInterface
    interface Handover {
        void run() throws Exception;
    }

    /** {@link System#nanoTime()} when the cutover was asked for and when it was done. */
    record Cutover(long fromNanos, long toNanos) {}
}
