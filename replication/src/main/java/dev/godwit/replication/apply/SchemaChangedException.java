package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationException;
import java.util.ArrayList;
import java.util.List;

/**
 * A table's shape has changed on the source and does not fit the target, or the source does not send all of a row. Every
 * transaction before the one that shows it is applied, nothing of that one is; once the target's table is adapted, or copied
 * afresh, a new subscriber goes on with nothing lost.
 */
public final class SchemaChangedException extends ReplicationException {

    private static final long serialVersionUID = 1L;

    /** The table, as it was named when it was copied. */
    private final RelationName table;

    /** The source transaction. */
    private final Lsn commitLsn;

    /** What does not fit. */
    private final ArrayList<String> differences;

    SchemaChangedException(RelationName table, Lsn commitLsn, List<String> differences) {
        this(
                "the schema of table " + table + " was changed on the source before the transaction that committed at "
                        + commitLsn + ", and does not fit the target:\n  " + String.join("\n  ", differences)
                        + "\nNothing of that transaction was applied; adapt the target's table, then go on",
                table,
                commitLsn,
                differences);
    }

    private SchemaChangedException(String message, RelationName table, Lsn commitLsn, List<String> differences) {
        super(message, null);
        this.table = table;
        this.commitLsn = commitLsn;
        this.differences = new ArrayList<>(differences);
    }

    /** A row came into the row filter by an UPDATE that left large values as they were, which are sent in no other case. */
    static SchemaChangedException incompleteRow(RelationName table, Lsn commitLsn, String columns) {
        String difference =
                "an UPDATE moved a row into the row filter, and the source does not send what it left unchanged"
                        + " (" + columns
                        + "); ALTER TABLE … REPLICA IDENTITY FULL, on both sides, keeps it from happening again;"
                        + " copy the table afresh (copyAfresh)";
        return new SchemaChangedException(
                "table " + table + ", in the transaction that committed at " + commitLsn + ": " + difference
                        + "\nNothing of that transaction was applied",
                table,
                commitLsn,
                List.of(difference));
    }

    /**
     * Gives the table.
     *
     * @return its name on the target
     */
    public RelationName table() {
        return table;
    }

    /**
     * Gives the first transaction that does not fit.
     *
     * @return its commit LSN
     */
    public Lsn commitLsn() {
        return commitLsn;
    }

    /**
     * Gives what does not fit.
     *
     * @return one sentence for each object: what the source has, and what the target has
     */
    public List<String> differences() {
        return List.copyOf(differences);
    }
}
