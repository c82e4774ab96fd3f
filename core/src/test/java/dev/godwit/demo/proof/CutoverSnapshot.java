package dev.godwit.demo.proof;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * The target as it was at the cutover, held by a transaction for as long as this is open, so that it can be compared at
 * leisure with the source, on which nothing is written any more, while the application goes on on the target.
 */
public final class CutoverSnapshot implements AutoCloseable {

    private final Connection connection;

    private CutoverSnapshot(Connection connection) {
        this.connection = connection;
    }

    /** Connects ahead of the cutover, since {@link #take} is part of the write pause. */
    public static CutoverSnapshot prepare(DataSource target) throws SQLException {
        return new CutoverSnapshot(Comparison.connect(target));
    }

    /** Freezes the view; a millisecond. */
    public void take() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1 FROM pg_catalog.pg_class LIMIT 1");
        }
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.close();
    }
}
