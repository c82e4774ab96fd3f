package dev.godwit.copy;

import java.sql.Connection;
import java.sql.SQLException;

/** What a {@link Throttle} may ask. */
public interface ThrottleContext {

    /**
     * Gives an ordinary session on the source, in auto-commit mode, that stays open between two questions and must not be closed.
     *
     * @return the connection
     * @throws SQLException if it cannot be opened
     */
    Connection source() throws SQLException;

    /**
     * Gives such a session on the target.
     *
     * @return the connection
     * @throws SQLException if it cannot be opened
     */
    Connection target() throws SQLException;
}
