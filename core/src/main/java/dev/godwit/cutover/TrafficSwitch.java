package dev.godwit.cutover;

/**
 * Points the applications at the target: a connection string changed, a pool swapped, a DNS record or a proxy's
 * configuration written.
 *
 * <p>Called once per cutover, inside the write pause, by the thread that called {@code cutover()} (when several migrations are cut over
 * together, by a thread for each but the first). At that moment the target
 * holds everything and may be written to, and the source refuses writes. After a crash of this process between the decision
 * and its end it is called again by the process that resumes, so it must tolerate being told twice.
 */
@FunctionalInterface
public interface TrafficSwitch {

    /**
     * Switches traffic to the target; returns when no client will be sent to the source any more.
     *
     * @param context what is known about the cutover
     * @throws Exception to undo the cutover, for all migrations of it unless traffic of another one was switched before; only while no
     *     client has been pointed at the target, since the source takes
     *     writes again afterwards
     */
    void switchToTarget(SwitchContext context) throws Exception;

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
     * Does nothing: for applications that are switched by hand once {@code cutover()} has returned. The source stays closed.
     *
     * @return a switch that does nothing
     */
    static TrafficSwitch byHand() {
        return context -> {};
    }
}
