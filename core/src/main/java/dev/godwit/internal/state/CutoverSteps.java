package dev.godwit.internal.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Table {@code godwit.cutover_step}, for people: each step of each attempt to cut over, when it began, and how the attempt ended. What a
 * process that resumes goes by is {@code godwit.migration.cutover_step} alone.
 *
 * <p>Used by one thread, with a connection in auto-commit mode.
 */
public final class CutoverSteps {
    private static final String CREATE = """
            SELECT pg_advisory_xact_lock(7166214, 0);
            CREATE TABLE IF NOT EXISTS godwit.cutover_step (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                migration text NOT NULL REFERENCES godwit.migration ON DELETE CASCADE,
                owner_epoch bigint NOT NULL,
                attempt integer NOT NULL,
                step text NOT NULL,
                began timestamptz NOT NULL DEFAULT clock_timestamp());
            """;

    private static final String NEXT_ATTEMPT =
            "SELECT coalesce(max(attempt), 0) + 1 FROM godwit.cutover_step WHERE migration = ?";

    /** Nothing is written by who is not the owner any more. */
    private static final String INSERT = """
            INSERT INTO godwit.cutover_step (migration, owner_epoch, attempt, step)
            SELECT name, owner_epoch, ?, ? FROM godwit.migration WHERE name = ? AND owner_epoch = ?
            """;

    private final Connection connection;
    private final String migration;
    private final long epoch;
    private final int attempt;

    /**
     * Begins the record of an attempt.
     *
     * @param connection to the target, used for nothing else; what it commits need not be durable
     */
    public CutoverSteps(Connection connection, String migration, Ownership ownership) throws SQLException {
        this.connection = connection;
        this.migration = migration;
        this.epoch = ownership.epoch();
        try (Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
            statement.execute("SET synchronous_commit = off");
        }
        try (PreparedStatement query = connection.prepareStatement(NEXT_ATTEMPT)) {
            query.setString(1, migration);
            try (var row = query.executeQuery()) {
                row.next();
                this.attempt = row.getInt(1);
            }
        }
    }

    /** Records that a step begins, or how the attempt has ended. */
    public void record(String step) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setInt(1, attempt);
            statement.setString(2, step);
            statement.setString(3, migration);
            statement.setLong(4, epoch);
            statement.executeUpdate();
        }
    }
}
