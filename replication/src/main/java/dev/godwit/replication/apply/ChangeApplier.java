package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.sql.SQLException;
import java.util.List;

/**
 * A way to bring changes to the target inside the open transaction of one session. It may hold changes back until
 * {@link #flush}, and reorder those of different tables, never those of one.
 */
interface ChangeApplier {

    /** Takes a table's shape, new or changed. */
    void define(PgOutputMessage.Relation relation) throws SQLException;

    /** Applies an insert, update or delete on a table that was defined. */
    void apply(int relationId, PgOutputMessage change, Lsn commitLsn) throws SQLException;

    /** Empties tables that were defined, in one statement. */
    void truncate(List<Integer> relationIds, boolean restartIdentity) throws SQLException;

    /** Brings everything held back to the target. */
    void flush() throws SQLException;
}
