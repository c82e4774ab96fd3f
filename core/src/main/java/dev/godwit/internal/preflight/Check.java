package dev.godwit.internal.preflight;

import java.sql.SQLException;

/** One thing that must hold. */
interface Check {
    void run(CheckContext context) throws SQLException;
}
