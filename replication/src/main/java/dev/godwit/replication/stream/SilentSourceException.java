package dev.godwit.replication.stream;

import java.sql.SQLException;
import java.time.Duration;

/** The source has sent nothing although it was asked again and again: the connection is probably cut off without a word. */
public final class SilentSourceException extends SQLException {

    private static final long serialVersionUID = 1L;

    SilentSourceException(Duration silence) {
        super(
                "the source has sent nothing for " + silence.toMillis()
                        + " ms although it was asked every second; the network" + " may have swallowed the connection",
                "08006");
    }
}
