package dev.godwit.internal.copy;

import java.sql.SQLException;

/** Nobody can see a snapshot any more, since the session that kept it has ended. */
final class SnapshotLostException extends SQLException {
    private static final long serialVersionUID = 1L;

    SnapshotLostException(SQLException cause) {
        super("the session that kept the snapshot has ended, and the snapshot with it", "08003", cause);
    }
}
