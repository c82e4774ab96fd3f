package dev.godwit.replication.bench;

import dev.godwit.replication.Lsn;
import java.sql.SQLException;

/** One way of reading what a slot holds. */
interface Contender {

    String name();

    /** Does whatever is not measured, up to the moment before the start. */
    Running prepare(BenchDatabase database, Lsn slotPosition) throws Exception;

    /** Prepared, then started. */
    interface Running extends AutoCloseable {

        void start() throws Exception;

        /** Returns as soon as the whole backlog is visible, or read where nothing is applied. */
        void await(BenchDatabase.BacklogEnd end) throws Exception;

        @Override
        void close() throws SQLException;
    }
}
