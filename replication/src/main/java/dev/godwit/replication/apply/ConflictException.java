package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A change does not fit the target: it touched no row, more than one, or broke a constraint. Nothing of its transaction stays. */
public final class ConflictException extends ReplicationException {

    private static final long serialVersionUID = 1L;

    private static final String OTHER_ROWS =
            "the target's table does not hold what the source's held: somebody else wrote to it, it was copied incompletely, or it has a"
                    + " constraint that was dropped on the source; compare it, or copy it afresh";

    private static final String NOT_ON_SOURCE =
            "the source holds a row that the target's table does not allow: do what was done to the constraint there on the target, too";

    /** What did not fit. */
    public enum Kind {
        /** An insert broke a constraint, usually because its key exists. */
        INSERT_CONFLICT,
        /** An update broke a constraint. */
        UPDATE_CONFLICT,
        /** An update found no row. */
        UPDATE_MISSING,
        /** An update found several rows. */
        UPDATE_MULTIPLE,
        /** A delete found no row. */
        DELETE_MISSING,
        /** A delete found several rows. */
        DELETE_MULTIPLE
    }

    /** The table. */
    private final RelationName table;

    /** The source transaction. */
    private final Lsn commitLsn;

    /** What did not fit. */
    private final Kind kind;

    /** A hash of the key. */
    private final String keyHash;

    ConflictException(
            RelationName table, Lsn commitLsn, Kind kind, String keyHash, @Nullable SQLException sanitizedCause) {
        super(
                kind + " on table " + table + " in the source transaction that committed at " + commitLsn
                        + ", key hash " + keyHash + (sanitizedCause == null ? "" : ": " + sanitizedCause.getMessage())
                        + "; "
                        + (SqlFailures.isOfSingleRow(sanitizedCause) ? NOT_ON_SOURCE : OTHER_ROWS),
                sanitizedCause);
        this.table = table;
        this.commitLsn = commitLsn;
        this.kind = kind;
        this.keyHash = keyHash;
    }

    /**
     * Gives the table.
     *
     * @return its name
     */
    public RelationName table() {
        return table;
    }

    /**
     * Gives the position of the source transaction.
     *
     * @return its commit LSN
     */
    public Lsn commitLsn() {
        return commitLsn;
    }

    /**
     * Gives what did not fit.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Gives a hash of the row's key, by which the same row can be told again without its values in a log.
     *
     * @return the first 16 hexadecimal digits of the SHA-256 over the key's text values, each followed by a zero byte
     */
    public String keyHash() {
        return keyHash;
    }
}
