package dev.godwit.cutover;

/** The built-in {@link WriteFence}s. */
public final class WriteFences {

    private WriteFences() {}

    /**
     * Locks every migrated table against writes, {@code SHARE ROW EXCLUSIVE}: readers go on, writers wait. The locks are
     * waited for in short attempts of at most 300 ms, so that writers never queue for long behind somebody's long
     * transaction. Where a writer and the fence wait for each other the fence gives way and tries again in the writer's
     * order; after three such attempts it cancels that writer's statement, as the server's deadlock detection would.
     *
     * <p>When the cutover is decided the source is closed for good: {@code ALTER DATABASE … SET
     * default_transaction_read_only = on}, and all other sessions of the database are ended. To open the source by hand:
     * {@code ALTER DATABASE … RESET default_transaction_read_only}.
     *
     * <p>Needs the database's owner (or a superuser), membership in {@code pg_signal_backend} and {@code pg_read_all_stats}, and
     * one of UPDATE, DELETE or TRUNCATE on each table.
     *
     * @return the fence
     * @see <a href="https://www.postgresql.org/docs/current/explicit-locking.html">PostgreSQL manual: Explicit Locking</a>
     */
    public static WriteFence lockTables() {
        return new LockTablesFence();
    }
}
