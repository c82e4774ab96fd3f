package dev.godwit.cutover;

import dev.godwit.result.Finding;
import java.sql.SQLException;
import java.util.List;

/**
 * Holds back all writes to the source while the last changes are drained, from any role.
 *
 * <p>All methods are called by the thread that called {@code cutover()} or {@code resume()}, or, when several migrations are cut over
 * together, by a thread for each; an exception undoes the cutover.
 */
public interface WriteFence {

    /**
     * Looks whether the fence can be raised when the time comes, without raising it. Called by the preflight.
     *
     * @param context the source
     * @return what stands in the way, empty if nothing does
     * @throws SQLException if the source cannot be asked
     */
    List<Finding> check(FenceContext context) throws SQLException;

    /**
     * Raises the fence: returns when no transaction that writes to a migrated table is running or can begin. If that is not
     * reached by the deadline, nothing is left behind and the exception says who stood in the way.
     *
     * @param context the source, the tables and the deadline
     * @return the raised fence
     * @throws Exception if the fence does not hold by the deadline
     */
    RaisedFence raise(FenceContext context) throws Exception;

    /**
     * Opens the source again after a process died between {@link #raise} and the decision. Does nothing if it is open, and leaves it
     * closed if it was so before ({@link FenceContext#closedBefore}).
     *
     * @param context the source
     * @throws Exception if the source cannot be opened
     */
    void reopen(FenceContext context) throws Exception;

    /**
     * Closes the source again, or makes sure that it still is closed, after a process died past the decision.
     *
     * @param context the source
     * @throws Exception if the source cannot be closed
     */
    void reclose(FenceContext context) throws Exception;
}
