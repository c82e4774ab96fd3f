package dev.godwit.cutover;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The built-in {@link WriteFence}s. All of them close the source for good when the cutover is decided: {@code ALTER DATABASE … SET
 * default_transaction_read_only = on} (each cutover spells that {@code on} in its own way, {@link FenceContext#closedAs}), and all other
 * sessions of the database are ended but those whose application name begins with {@code godwit-}. It stays closed until somebody opens it
 * by hand, {@code ALTER DATABASE … RESET default_transaction_read_only}. If the cutover is undone it is opened, and sessions that began
 * while it was closed, and so are read-only, are ended.
 *
 * <p>What a server cannot keep from writing: a session, of any role, that sets {@code transaction_read_only} to off on purpose; a
 * subscription's worker; and before version 16 who writes large objects. Up to the moment at which traffic is switched such a write is
 * found in the log and undoes the cutover (of large objects up to the decision); after it nothing is looked at any more.
 *
 * <p>All need the database's owner (or a superuser), and membership in {@code pg_signal_backend} and {@code pg_read_all_stats}. A
 * superuser's sessions can be ended by a superuser only: where the role is none and one is connected, the cutover is undone.
 */
public final class WriteFences {

    private WriteFences() {}

    /**
     * Locks every migrated table against writes, {@code SHARE ROW EXCLUSIVE}: readers go on, writers wait. The locks are
     * waited for in short attempts of at most 300 ms, so that writers never queue for long behind somebody's long
     * transaction. Where a writer and the fence wait for each other the fence gives way and tries again in the writer's
     * order; after three such attempts it cancels that writer's statement, as the server's deadlock detection would.
     *
     * <p>Needs, beyond what all fences need, one of UPDATE, DELETE or TRUNCATE on each table.
     *
     * @return the fence
     * @see <a href="https://www.postgresql.org/docs/current/explicit-locking.html">PostgreSQL manual: Explicit Locking</a>
     */
    public static WriteFence lockTables() {
        return new LockTablesFence();
    }

    /**
     * Closes the source at once: {@code ALTER DATABASE … SET default_transaction_read_only = on}, and all other sessions are ended,
     * readers too, until none is left that began before. No transaction is waited for; those under way are rolled back. Clients that
     * connect again meanwhile may read, and get {@code 25006} when they write. Pending prepared transactions are refused: they could be
     * committed in a closed database.
     *
     * <p>For sources on which no moment without long transactions is to be had, or where tables are too many to lock. If the cutover is
     * undone, and after a rehearsal, clients have lost their sessions all the same.
     *
     * @return the fence
     * @see <a href="https://www.postgresql.org/docs/current/runtime-config-client.html">PostgreSQL manual:
     *     default_transaction_read_only</a>
     */
    public static WriteFence readOnlyDatabase() {
        return new ReadOnlyDatabaseFence();
    }

    /**
     * Trusts the user's own way to hold writers back until the source is closed, as {@link #lockTables} closes it. What it lets through
     * is found: a change that is committed behind the end of the log, as it is read once {@link CustomFence#raise} has returned, undoes the
     * cutover, and so does a pending prepared transaction. Transactions that are open then are rolled back when the source is closed.
     *
     * <p>Unlogged tables and large objects are in no log, so what gets past such a fence there is found only as far as they are compared
     * behind it.
     *
     * @param custom holds writers back
     * @return the fence
     */
    public static WriteFence custom(CustomFence custom) {
        return new UserFence(custom);
    }

    /**
     * Raises several fences, one after the other, and undoes them in the opposite order, once the source takes writes again where one of
     * them has closed it: letting writers go may itself be a write. The write pause begins with the first, which may
     * take as long as {@code fenceTimeout} if it lets writers run meanwhile, as {@link #lockTables} does; once it holds, the others have to
     * hold within the fences' share of {@code maxWritePause}, 40%, or the cutover is undone. After a crash all of them are opened, or
     * closed, again.
     *
     * <p>{@code inOrder(custom(pooler), lockTables())} has clients wait at the pooler, and makes sure of it at the server.
     *
     * @param first the first one
     * @param more the others, in their order
     * @return the fence
     */
    public static WriteFence inOrder(WriteFence first, WriteFence... more) {
        List<WriteFence> fences = new ArrayList<>();
        fences.add(first);
        fences.addAll(List.of(more));
        return new FencesInOrder(fences);
    }

    /**
     * Tells whether a database is closed for writes as these fences close it, whoever did it: a fence of one's own should not open what it
     * has not closed itself.
     *
     * @param connection a session in the database; neither its transaction nor its settings are changed
     * @return whether {@code default_transaction_read_only} is on for the database, and all its roles
     * @throws SQLException if the session is lost
     * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-db-role-setting.html">PostgreSQL manual: pg_db_role_setting</a>
     */
    public static boolean isClosed(Connection connection) throws SQLException {
        return SourceSeal.isClosed(connection);
    }

    /**
     * Chooses how a cutover spells the value by which it closes the source, for {@link FenceContext#closedAs}.
     *
     * @param source a session in the database; neither its transaction nor its settings are changed
     * @return letters that the server takes for {@code on}, and by which the database is not closed now
     * @throws SQLException if the session is lost
     */
    public static String closingMark(Connection source) throws SQLException {
        return ClosingMark.choose(source, ThreadLocalRandom.current());
    }
}
