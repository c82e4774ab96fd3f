package dev.godwit.internal.cutover;

import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.state.Sealing;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/**
 * Looks whether the source is closed for writes before the cutover comes to it, by an administrator or because another migration of the
 * database was cut over: then this one does not open it, whatever comes. Used by one thread.
 */
final class ClosedSource {
    /** What is said where somebody else has closed it since this migration has. */
    static final String SINCE = "the source is left closed for writes: somebody else has closed it since.";

    static final String TO_OPEN =
            " To have it take writes: ALTER DATABASE … RESET default_transaction_read_only on the source";

    private final CutoverContext context;
    private boolean told;

    ClosedSource(CutoverContext context) {
        this.context = context;
    }

    /** Tells whether it is closed now, by a session of its own. */
    static boolean isClosed(CutoverContext context) throws SQLException {
        try (Connection source = context.plan().source().open()) {
            return WriteFences.isClosed(source);
        }
    }

    /** Records that the source may be closed from now on, how, and whether it is already; tells the latter. */
    Sealing recordSealing(Connection source) throws SQLException {
        boolean closed = WriteFences.isClosed(source);
        if (closed && !told) {
            told = true;
            context.events()
                    .accept(new MigrationEvent.Warning(
                            context.plan().name(),
                            Instant.now(),
                            "the source is closed for writes already, by somebody else; it is left so if the cutover is undone."
                                    + TO_OPEN));
        }
        Sealing sealing = new Sealing(closed, WriteFences.closingMark(source));
        context.state().recordSealing(sealing);
        return sealing;
    }
}
