package dev.godwit.testkit;

/** What a session of a server is there for, as the server tells ({@code pg_stat_activity}); a session may be of several kinds. */
public enum SessionKind {
    /** Sends the log to a subscriber or standby. */
    WALSENDER("a.pid IN (SELECT pid FROM pg_catalog.pg_stat_replication)"),

    /** Runs a COPY at this moment. */
    COPY(
            "a.state = 'active' AND a.query ~* '^\\s*COPY\\M' AND a.pid NOT IN (SELECT pid FROM pg_catalog.pg_stat_replication)"),

    /** Applies changes at this moment: has written Godwit's progress in its open transaction, or is a worker of a subscription. */
    APPLY("to_jsonb(a) ->> 'backend_type' LIKE 'logical replication%worker' OR " + SessionKind.MIGRATING
            + " AND a.pid IN (SELECT l.pid FROM pg_catalog.pg_locks l WHERE l.locktype = 'relation'"
            + " AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())"
            + " AND l.mode = 'RowExclusiveLock' AND l.relation = to_regclass('godwit.apply_progress'))"),

    /** Owns a migration of Godwit, by an advisory lock. */
    CONTROL(SessionKind.MIGRATING
            + " AND a.pid IN (SELECT l.pid FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.granted)"),

    /** Any session of Godwit. */
    MIGRATION(SessionKind.MIGRATING),

    /** An application's: neither a migration's nor the testkit's, nor a process of the server itself. */
    CLIENT("a.datname IS NOT NULL AND a.usename IS NOT NULL AND a.application_name NOT LIKE 'godwit-%'"
            + " AND a.pid NOT IN (SELECT pid FROM pg_catalog.pg_stat_replication)"
            + " AND coalesce(to_jsonb(a) ->> 'backend_type', 'client backend') = 'client backend'");

    private static final String MIGRATING = "a.application_name LIKE 'godwit-%'";

    private final String condition;

    SessionKind(String condition) {
        this.condition = condition;
    }

    /** About {@code pg_stat_activity} as {@code a}. */
    String condition() {
        return condition;
    }
}
