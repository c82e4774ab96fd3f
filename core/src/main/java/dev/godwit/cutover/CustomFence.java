package dev.godwit.cutover;

import dev.godwit.result.Finding;
import java.sql.SQLException;
import java.util.List;

/**
 * A way of the user's own to hold writers back: a pooler's {@code PAUSE}, a feature flag, an application's maintenance mode. Made into
 * a fence by {@link WriteFences#custom}, which says what else such a fence does.
 *
 * <p>Called by the thread that called {@code cutover()} or {@code resume()}, or, when several migrations are cut over together, by a
 * thread for each.
 */
public interface CustomFence {

    /**
     * Looks whether it can be raised when the time comes, without raising it. Called by the preflight. Finds nothing unless it is
     * overridden.
     *
     * @param context the source
     * @return what stands in the way, empty if nothing does
     * @throws SQLException if the source cannot be asked
     */
    default List<Finding> check(FenceContext context) throws SQLException {
        return List.of();
    }

    /**
     * Holds writers back; returns when no transaction that writes to a migrated table is running or will begin.
     *
     * @param context the source, the tables, and the deadline, to be kept by this method; where another fence holds writers back already
     *     ({@link WriteFences#inOrder}), what is left of the fences' share of {@code maxWritePause}
     * @throws Exception if that cannot be reached; {@link #lift} follows, and the cutover is undone
     */
    void raise(FenceContext context) throws Exception;

    /**
     * Makes sure that writers are still held back. Called inside the write pause, when who connects can write no more, right before who
     * is connected is disconnected, so it should take no time. Does nothing unless it is overridden.
     *
     * @param context the source; its deadline is that of closing it
     * @throws Exception if they are not; the cutover is undone
     */
    default void recheck(FenceContext context) throws Exception {}

    /**
     * Lets writers go on at the source. Called when the cutover is undone, and by a process that resumes after another one died in it;
     * so it must tolerate that nothing was raised, and being called twice. After a switch it is not called: what held writers back is
     * the {@link TrafficSwitch}'s to point at the target.
     *
     * @param context the source; its deadline is one for letting them go, not that of {@link #raise}
     * @throws Exception if they cannot be let go
     */
    void lift(FenceContext context) throws Exception;
}
