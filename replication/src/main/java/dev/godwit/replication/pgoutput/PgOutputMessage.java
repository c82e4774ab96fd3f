package dev.godwit.replication.pgoutput;

import dev.godwit.replication.Lsn;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message of pgoutput, protocol version 1.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html">PostgreSQL manual: logical
 *     replication message formats</a>
 */
public sealed interface PgOutputMessage {

    /**
     * The beginning of a committed transaction.
     *
     * @param commitLsn the start of its commit record
     * @param commitTime when it committed, by the source's clock
     * @param xid its number, never an order
     */
    record Begin(Lsn commitLsn, Instant commitTime, int xid) implements PgOutputMessage {}

    /**
     * Where a transaction came from, if it was itself replicated.
     *
     * @param commitLsn its commit on the origin
     * @param name the origin's name
     */
    record Origin(Lsn commitLsn, String name) implements PgOutputMessage {}

    /**
     * A table's shape, sent before its first row and again after a change.
     *
     * @param id the table's OID on the source, by which rows refer to it
     * @param schema the schema's name; {@code pg_catalog} where the wire has an empty one
     * @param name the table's name
     * @param replicaIdentity what its updates and deletes tell of the old row
     * @param columns the columns that rows have, in their order
     */
    record Relation(int id, String schema, String name, ReplicaIdentity replicaIdentity, List<RelationColumn> columns)
            implements PgOutputMessage {}

    /**
     * A type that is not built in.
     *
     * @param oid the type's OID on the source
     * @param schema its schema, {@code pg_catalog} where the wire has an empty one
     * @param name its name; for a domain that of its base type
     */
    record Type(int oid, String schema, String name) implements PgOutputMessage {}

    /**
     * A new row.
     *
     * @param relationId the table
     * @param row the row
     */
    record Insert(int relationId, TupleData row) implements PgOutputMessage {}

    /**
     * A changed row.
     *
     * @param relationId the table
     * @param oldKey the old key, sent only if it changed; its other columns read as null and mean nothing
     * @param oldRow the whole old row, under replica identity FULL
     * @param row the new row, in which unchanged out-of-line values may be missing
     */
    record Update(
            int relationId,
            @Nullable TupleData oldKey,
            @Nullable TupleData oldRow,
            TupleData row) implements PgOutputMessage {}

    /**
     * A deleted row.
     *
     * @param relationId the table
     * @param old the key, or the whole row
     * @param wholeRow whether it is the whole row (replica identity FULL)
     */
    record Delete(int relationId, TupleData old, boolean wholeRow) implements PgOutputMessage {}

    /**
     * Tables emptied by one statement, with those that it cascaded to.
     *
     * @param relationIds the tables, of those published
     * @param cascade whether CASCADE was given
     * @param restartIdentity whether RESTART IDENTITY was given
     */
    record Truncate(List<Integer> relationIds, boolean cascade, boolean restartIdentity) implements PgOutputMessage {}

    /**
     * The end of a transaction.
     *
     * @param commitLsn the start of its commit record, as in its Begin
     * @param endLsn the end of its commit record
     * @param commitTime when it committed, by the source's clock
     */
    record Commit(Lsn commitLsn, Lsn endLsn, Instant commitTime) implements PgOutputMessage {}

    /**
     * A message that an application wrote into the log; sent only on request, from PostgreSQL 14 on.
     *
     * @param transactional whether it belongs to the transaction around it
     * @param lsn its position
     * @param prefix its prefix
     * @param length the number of bytes of its content, which is not kept
     */
    record LogicalMessage(boolean transactional, Lsn lsn, String prefix, int length) implements PgOutputMessage {}
}
