package dev.godwit.schema;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An ordinary or partitioned table.
 *
 * @param oid its oid on the server that was read
 * @param name its name
 * @param kind whether it holds rows itself
 * @param persistence whether its changes reach the WAL
 * @param isPartition whether it is attached to a partitioned table, which is then its only parent
 * @param parents the partitioned table it is attached to, or the tables it inherits from in their order
 * @param columns the columns in the order of their attribute numbers, dropped ones left out
 * @param primaryKey the names of the primary key's columns in key order; empty without a primary key
 * @param replicaIdentity what the WAL holds of an old row
 * @param rowSecurity row level security as switched on for the table
 * @param size how large it is
 * @param owner the owning role
 * @param configurationOrNull where it is the configuration table of an extension; else null
 */
public record Table(
        long oid,
        TableName name,
        Kind kind,
        Persistence persistence,
        boolean isPartition,
        List<TableName> parents,
        List<Column> columns,
        List<String> primaryKey,
        ReplicaIdentity replicaIdentity,
        RowSecurity rowSecurity,
        TableSize size,
        String owner,
        @Nullable ExtensionConfiguration configurationOrNull) {

    /** Whether a table holds rows. */
    public enum Kind {
        /** Holds rows. */
        ORDINARY,
        /** Holds none; its partitions do. */
        PARTITIONED
    }

    /** Whether changes to a table are logged. */
    public enum Persistence {
        /** Logged, and so visible to logical decoding. */
        PERMANENT,
        /** Not logged: logical decoding never sees a change. */
        UNLOGGED
    }

    /**
     * Row level security of a table.
     *
     * @param enabled whether policies apply to roles other than the owner
     * @param forced whether they apply to the owner too
     */
    public record RowSecurity(boolean enabled, boolean forced) {}

    /**
     * Marks a table that an extension created and whose rows belong to the user.
     *
     * @param extension the extension's name
     * @param condition the {@code WHERE} clause, with its keyword, of the rows that are the user's; empty for all
     */
    public record ExtensionConfiguration(String extension, String condition) {

        private static final Pattern CLAUSE =
                Pattern.compile("\\s*WHERE\\b(.+)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

        /**
         * Gives what rows of the user meet.
         *
         * @return the condition without its keyword; empty if all rows are the user's, or if the clause begins with another word
         */
        public Optional<String> predicate() {
            Matcher clause = CLAUSE.matcher(condition);
            return clause.matches() ? Optional.of(clause.group(1).strip()) : Optional.empty();
        }
    }

    /**
     * Copies the lists.
     *
     * @param oid the oid
     * @param name the name
     * @param kind the kind
     * @param persistence the persistence
     * @param isPartition whether it is a partition
     * @param parents the parents
     * @param columns the columns
     * @param primaryKey the primary key's columns
     * @param replicaIdentity the replica identity
     * @param rowSecurity the row security
     * @param size the size
     * @param owner the owner
     * @param configurationOrNull the extension it configures, or null
     */
    public Table {
        parents = List.copyOf(parents);
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
    }

    /**
     * Gives the columns that COPY and INSERT may name: all but the generated ones.
     *
     * @return the columns in the order of their attribute numbers
     */
    public List<Column> copyColumns() {
        return columns.stream()
                .filter(column -> column.generated() == Column.Generated.NONE)
                .toList();
    }

    /**
     * Finds a column.
     *
     * @param columnName its name
     * @return the column, or empty if there is none of that name
     */
    public Optional<Column> column(String columnName) {
        return columns.stream()
                .filter(column -> column.name().equals(columnName))
                .findFirst();
    }

    /**
     * Gives the extension that this table configures.
     *
     * @return empty for the user's own tables
     */
    public Optional<ExtensionConfiguration> configuration() {
        return Optional.ofNullable(configurationOrNull);
    }

    /**
     * Tells whether the application's own UPDATE and DELETE would fail once a publication of updates and deletes
     * holds this table. A partitioned table holds no rows, so the question is that of its partitions.
     *
     * @return true if the replica identity does not suffice
     * @see <a href="https://www.postgresql.org/docs/current/logical-replication-publication.html">Publication</a>
     */
    public boolean updatesFailOncePublished() {
        return kind == Kind.ORDINARY && persistence == Persistence.PERMANENT && !replicaIdentity.suffices();
    }
}
