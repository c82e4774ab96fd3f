package dev.godwit.internal.plan;

import dev.godwit.replication.WithoutValues;
import java.sql.SQLException;

/** A connection that was not made, with what to do about it. The message holds both. */
public final class RefusedConnection extends SQLException {
    private static final long serialVersionUID = 1;

    private final String observed;
    private final String remedy;

    public RefusedConnection(String observed, String remedy, SQLException cause) {
        super(observed + ". " + remedy, cause.getSQLState(), WithoutValues.of(cause));
        this.observed = observed;
        this.remedy = remedy;
    }

    /** Gives what was attempted, and the server's words. */
    public String observed() {
        return observed;
    }

    /** Gives what to do. */
    public String remedy() {
        return remedy;
    }
}
