package dev.godwit.replication.stream;

import dev.godwit.replication.WithoutValues;
import java.sql.SQLException;

/** The source, or the connection to it, has ended the stream; the SQLSTATE tells why. */
public final class StreamEndedException extends SQLException {

    private static final long serialVersionUID = 1L;

    StreamEndedException(SQLException cause) {
        super(
                "the replication stream has ended: " + WithoutValues.message(cause),
                cause.getSQLState(),
                WithoutValues.of(cause));
    }
}
