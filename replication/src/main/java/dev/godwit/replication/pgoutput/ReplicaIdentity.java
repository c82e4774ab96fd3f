package dev.godwit.replication.pgoutput;

/**
 * What a table's UPDATE and DELETE tell of the old row.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-altertable.html">PostgreSQL manual: ALTER TABLE, REPLICA IDENTITY</a>
 */
public enum ReplicaIdentity {
    /** The columns of the primary key. */
    DEFAULT,
    /** Nothing, so only INSERT and TRUNCATE can be replicated. */
    NOTHING,
    /** The whole row. */
    FULL,
    /** The columns of a chosen unique index. */
    INDEX
}
