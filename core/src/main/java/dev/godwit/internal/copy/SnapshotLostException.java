package dev.godwit.internal.copy;

import java.sql.SQLException;

/** A snapshot cannot be seen, or relied upon, any more, since the session that kept it and the tables' locks has ended. */
final class SnapshotLostException extends SQLException {
    private static final long serialVersionUID = 1L;
    private static final String MESSAGE = "the session that kept the snapshot has ended, and the snapshot with it";
    private static final String NO_CONNECTION = "08003";

    SnapshotLostException() {
        super(MESSAGE, NO_CONNECTION);
    }

    SnapshotLostException(SQLException cause) {
        super(MESSAGE, NO_CONNECTION, cause);
    }
}
