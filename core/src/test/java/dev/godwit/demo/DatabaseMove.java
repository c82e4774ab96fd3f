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
     * @param application is asked before the cutover and told inside it
     * @return the moments between which the cutover took place
     * @throws Exception if the database is still where it was
     */
    Cutover run(PostgresServer source, PostgresServer target, MigrationListener listener, Application application)
            throws Exception;

    /** Those who write to the database. */
    interface Application {

        /** Returns when the cutover may begin; called once the target follows closely. */
        void awaitGoodMoment() throws Exception;

        /** Goes over to the target; called once that has everything and the source takes no more writes. */
        void moveToTarget() throws Exception;
    }

    /** {@link System#nanoTime()} when the cutover was asked for and when it was done. */
    record Cutover(long fromNanos, long toNanos) {}
}
