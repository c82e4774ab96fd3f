package dev.godwit.replication.bench;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * One kind of backlog.
 *
 * @param name as in the table of results
 * @param family the tables it works on
 * @param level brings the tables of one database to the size that the workload expects; runs on all, unmeasured
 * @param backlog writes the changes on the source
 */
record Workload(String name, Family family, Level level, Backlog backlog) {

    /** Must do the same to databases of equal content. */
    interface Level {
        void apply(Connection database) throws SQLException;
    }

    /** Writes what is drained then. */
    interface Backlog {
        /**
         * Writes.
         *
         * @param database with the source
         * @param session on the source, in auto-commit mode
         * @param share of the workload's size, 1 except for warming up
         * @param round counts from 0
         */
        void write(BenchDatabase database, Connection session, double share, int round) throws Exception;
    }
}
