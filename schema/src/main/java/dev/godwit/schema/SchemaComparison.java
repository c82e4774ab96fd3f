package dev.godwit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;
import javax.sql.DataSource;

/**
 * Compares the schemas of two databases, object by object: of every class that {@link SchemaPreparers#fromCatalog()} carries, on servers
 * of the same or of different versions, with or without a migration between them. Defaults: all tables, {@code comments = true}, and of
 * what is carried on request only, nothing.
 *
 * <p>Between servers of different major versions, qualification of names, parentheses, white space and the names of NOT NULL constraints do
 * not count, because the versions write them differently; in the bodies of functions, which are kept as they were given, they do. The
 * versions of extensions never count, nor do comments of what comes with one.
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class SchemaComparison {

    private final Predicate<TableName> tables;
    private final boolean comments;
    private final SchemaCopyOptions carried;

    private SchemaComparison(Builder builder) {
        this.tables = builder.tables;
        this.comments = builder.comments;
        this.carried = builder.carried;
    }

    /**
     * Starts from the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Compares with the defaults.
     *
     * @param left one database, such as the source
     * @param right the other one
     * @return the differences by object, empty if there is none
     * @throws SQLException if a server cannot be reached or a catalog cannot be read
     */
    public static List<SchemaDifference> between(DataSource left, DataSource right) throws SQLException {
        return builder().build().compare(left, right);
    }

    /**
     * Compares two databases, each over a session of its own, in the calling thread; changes nothing.
     *
     * @param left one database, such as the source
     * @param right the other one
     * @return the differences by object, empty if there is none
     * @throws SQLException if a server cannot be reached or a catalog cannot be read
     */
    public List<SchemaDifference> compare(DataSource left, DataSource right) throws SQLException {
        try (Connection one = left.getConnection();
                Connection other = right.getConnection()) {
            return compare(one, other);
        }
    }

    /**
     * Compares two databases, each as its session's transaction sees it; in auto-commit mode in a transaction of its own.
     *
     * @param left a session in one database, used in the calling thread until this returns; no setting of it changes
     * @param right a session in the other one, likewise
     * @return the differences by object, empty if there is none
     * @throws SQLException if a catalog cannot be read
     */
    public List<SchemaDifference> compare(Connection left, Connection right) throws SQLException {
        return new SchemaDefinitions(tables, comments, carried).compare(left, right);
    }

    /** Builds {@link SchemaComparison}. Not thread-safe. */
    public static final class Builder {
        private Predicate<TableName> tables = table -> true;
        private boolean comments = true;
        private SchemaCopyOptions carried = SchemaCopyOptions.defaults();

        private Builder() {}

        /**
         * Chooses the tables that are compared. What needs others of either side, as their indexes and views do, is not compared either.
         *
         * @param compared which tables; default all but those of schema {@code godwit}, which are never compared
         * @return this builder
         */
        public Builder tables(Predicate<TableName> compared) {
            this.tables = compared;
            return this;
        }

        /**
         * Sets whether comments count.
         *
         * @param compared default true
         * @return this builder
         */
        public Builder comments(boolean compared) {
            this.comments = compared;
            return this;
        }

        /**
         * Sets what is compared of what is not carried unless it is asked for, such as owners and privileges.
         *
         * @param options as they were given to {@link SchemaPreparers#fromCatalog(SchemaCopyOptions)}; default nothing
         * @return this builder
         */
        public Builder including(SchemaCopyOptions options) {
            this.carried = options;
            return this;
        }

        /**
         * Makes the comparison.
         *
         * @return the comparison
         */
        public SchemaComparison build() {
            return new SchemaComparison(this);
        }
    }
}
