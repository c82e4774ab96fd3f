package dev.godwit.testkit;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;

/**
 * What a transaction of a {@link WriteWorkload} does besides writing its tokens; most do one of these, some two. How often is a matter
 * of weights ({@link WriteWorkloadBuilder#mix}). For each kind it follows from the journal, transaction by transaction, what must be in
 * the tables afterwards, row by row ({@link WriteWorkload#verify(javax.sql.DataSource)}).
 *
 * <p>Tables are in the schema {@code workload}; those of a kind without weight are not made, but for {@code token}.
 */
public enum WorkloadKind {
    /**
     * Nothing else: tokens, rows that are written once and never again, one to four in every transaction of every kind. Those of an
     * acknowledged transaction must be there, once; of one in doubt all or none; of any other none. Weight 3. Table {@code token}.
     */
    TOKENS(3),

    /**
     * Moves an amount between two of 200 accounts. Each account must hold what its transfers left, and so the sum is constant. Weight
     * 3. Table {@code account}.
     */
    BANK(
            3,
            "CREATE TABLE workload.account (id int PRIMARY KEY, balance bigint NOT NULL)",
            "INSERT INTO workload.account SELECT i, " + WorkloadExpectation.BALANCE + " FROM generate_series(0, "
                    + (WorkloadExpectation.ACCOUNTS - 1) + ") i"),

    /** Adds to one of four counters, which all writers wait for. Each must be the sum of what was added. Weight 2. Table {@code hot}. */
    HOT_ROWS(
            2,
            "CREATE TABLE workload.hot (id int PRIMARY KEY, counter bigint NOT NULL)",
            "INSERT INTO workload.hot SELECT i, 0 FROM" + " generate_series(0, " + (WorkloadExpectation.HOT_ROWS - 1)
                    + ") i"),

    /**
     * Writes, deletes, or changes a row with a value of 3 to 15 kB out of line (TOAST), often in another column. Each must be as its
     * writer left it, by checksum. Weight 2. Table {@code document}.
     */
    WIDE_ROWS(
            2,
            "CREATE TABLE workload.document (id bigint PRIMARY KEY, title text NOT NULL, body text NOT NULL,"
                    + " digest text NOT NULL, edits int NOT NULL DEFAULT 0)"),

    /**
     * Inserts rows, changes their primary keys, updates and deletes them. Each must be where, and as, its writer left it. Weight 2.
     * Table {@code item}.
     */
    KEY_CHANGES(
            2,
            "CREATE TABLE workload.item (id bigint PRIMARY KEY, name text NOT NULL, price numeric(12,2) NOT NULL,"
                    + " tags text[], changed timestamptz NOT NULL DEFAULT now())"),

    /**
     * Writes behind a savepoint, in part behind a second one inside it, and rolls back to the first. Nothing of it may be seen. Weight
     * 1. No table of its own.
     */
    SAVEPOINTS(1),

    /**
     * Empties a table by TRUNCATE and fills it anew. Its rows must be those of the last transaction that did so, all of them. Weight
     * 0: writers wait for whoever reads the table. Table {@code refill}.
     */
    TRUNCATES(0, "CREATE TABLE workload.refill (id int PRIMARY KEY, turn bigint NOT NULL, rows int NOT NULL)"),

    /**
     * Ends by PREPARE TRANSACTION and COMMIT PREPARED (or ROLLBACK PREPARED), and does what one of the other kinds does. Nothing may be
     * left prepared. Weight 0: the server needs {@code max_prepared_transactions}. No table of its own.
     */
    PREPARED(0),

    /**
     * Makes a table, an index and a function, fills and rewrites the table, and drops all of it, in the midst of what else the
     * transaction writes. Nothing of it may be seen. Weight 0: an event trigger or a watch for DDL may take it amiss. No table that
     * stays.
     */
    DDL(0);

    private final int defaultWeight;
    private final String tables;

    WorkloadKind(int defaultWeight, String... tables) {
        this.defaultWeight = defaultWeight;
        this.tables = String.join("; ", tables);
    }

    /**
     * How often this is done where nothing else was said, in proportion to the others.
     *
     * @return 0 for never
     */
    public int defaultWeight() {
        return defaultWeight;
    }

    void createTables(Statement statement) throws SQLException {
        if (!tables.isEmpty()) {
            statement.execute(tables);
        }
    }

    /** What that transaction of that writer does, drawn from its own random numbers. */
    WorkloadWrites plan(int writer, int number, SplittableRandom random) {
        return switch (this) {
            case TOKENS, PREPARED -> WorkloadWrites.NONE;
            case BANK -> BankTransfer.plan(random);
            case HOT_ROWS -> HotIncrement.plan(random);
            case WIDE_ROWS -> WideRowWrite.plan(writer, random);
            case KEY_CHANGES -> KeyChange.plan(writer, random);
            case SAVEPOINTS -> SavepointDetour.plan(writer, number, random);
            case TRUNCATES -> TableRefill.plan(random);
            case DDL -> PassingObjects.plan(writer, random);
        };
    }
}
