package dev.godwit.cutover;

/**
 * Points the applications at the target: a connection string changed, a pool swapped, a DNS record or a proxy's
 * configuration written. A lambda is told to switch, and nothing else; who implements more is told of each point at which clients could
 * be held back, or be let go again:
 *
 * <ol>
 *   <li>{@link #beforeFence}: the fence is raised next. A pool may be paused here, so that clients wait at it instead of failing.
 *   <li>{@link #fenced}: no transaction writes to the source.
 *   <li>{@link #switchToTarget}: the decision is made.
 *   <li>{@link #stayOnSource}: instead of what would have come next, the cutover was undone. The pool goes on where it was.
 * </ol>
 *
 * <p>Called at most once each per cutover, by the thread that called {@code cutover()} (when several migrations are cut over
 * together, by a thread for each but the first), or by the run's own thread when a process resumes a cutover in which another one died.
 * A rehearsal calls none of them.
 */
@FunctionalInterface
public interface TrafficSwitch {

    /**
     * Makes ready for the switch, before the fence is raised. Clients that are held back from here on wait as long as the fence takes to
     * hold, up to {@code fenceTimeout}, and after it for the rest of the cutover; {@code maxWritePause} counts from the fence on only.
     * Does nothing unless it is overridden.
     *
     * @param context what is known about the cutover; its {@code endLsn} is {@link dev.godwit.replication.Lsn#ZERO} as yet
     * @throws Exception to undo the cutover; {@link #stayOnSource} follows
     */
    default void beforeFence(SwitchContext context) throws Exception {}

    /**
     * Is told that the fence holds; nothing is decided yet. Inside the write pause. Does nothing unless it is overridden.
     *
     * @param context what is known about the cutover; its {@code endLsn} is {@link dev.godwit.replication.Lsn#ZERO} as yet
     * @throws Exception to undo the cutover; {@link #stayOnSource} follows
     */
    default void fenced(SwitchContext context) throws Exception {}

    /**
     * Switches traffic to the target; returns when no client will be sent to the source any more. Inside the write pause: the target
     * holds everything and may be written to, and the source refuses writes. After a crash of this process between the decision
     * and its end it is called again by the process that resumes, so it must tolerate being told twice.
     *
     * @param context what is known about the cutover
     * @throws Exception to undo the cutover, for all migrations of it unless traffic of another one was switched before; only while no
     *     client has been pointed at the target, since the source takes
     *     writes again afterwards
     */
    void switchToTarget(SwitchContext context) throws Exception;

    /**
     * Lets traffic go on where it was: the cutover was undone, and the source takes writes. Follows {@link #beforeFence} whatever failed
     * after its beginning, also if that was {@link #beforeFence} itself, and also in a process that resumes after another one died
     * before the decision; it then is called without the other methods having been called in this process. Not called where the
     * source could not be opened again: the process that resumes calls it. Does nothing unless it is overridden.
     *
     * @param context what is known about the cutover
     * @throws Exception if traffic could not be told; the cutover stays undone, and the exception is added to those of the caller
     *     as suppressed, or, when resuming, told as a warning
     */
    default void stayOnSource(SwitchContext context) throws Exception {}

    /**
     * Switches traffic back to the source, in a rollback. Called as {@link #switchToTarget} is, with the roles swapped: the source holds
     * everything and may be written to, the target refuses writes, and the position is the target's. The default does nothing, for
     * applications that are switched back by hand once {@code rollback()} has returned; the target stays closed.
     *
     * @param context what is known about the rollback
     * @throws Exception to undo the rollback; only while no client has been pointed at the source, since the target takes writes again
     *     afterwards
     */
    default void switchToSource(SwitchContext context) throws Exception {}

    /**
     * Lets traffic go on at the target: a rollback was undone. As {@link #stayOnSource} for a cutover; a rollback also calls
     * {@link #beforeFence} and {@link #fenced}, for the fence of the target. Does nothing unless it is overridden.
     *
     * @param context what is known about the rollback
     * @throws Exception if traffic could not be told; the rollback stays undone
     */
    default void stayOnTarget(SwitchContext context) throws Exception {}

    /**
     * Does nothing: for applications that are switched by hand once {@code cutover()} has returned. The source stays closed.
     *
     * @return a switch that does nothing
     */
    static TrafficSwitch byHand() {
        return context -> {};
    }
}
