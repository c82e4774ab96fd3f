package dev.godwit.cutover;

/** A fence that holds. Used by one thread. */
public interface RaisedFence extends AutoCloseable {

    /**
     * Gives the moment from which writes were held back, {@link System#nanoTime()} of this process; attempts that were given
     * up before do not count.
     *
     * @return the start of the write pause
     */
    long pausedSinceNanos();

    /**
     * Makes the fence outlast this process: from now on the source stays closed for writes even if the process dies, until
     * {@link #lift()} or {@link WriteFence#reopen} opens it. Called right before the decision.
     *
     * @throws Exception if the source cannot be closed; the cutover is undone
     */
    void seal() throws Exception;

    /**
     * Does as much of {@link #seal()} as leaves no trace and disturbs nobody, for a rehearsal that measures it. Does nothing unless it is
     * overridden.
     *
     * @throws Exception if the source could not be closed; the rehearsal fails
     */
    default void rehearseSeal() throws Exception {}

    /**
     * Undoes the fence: the source takes writes again.
     *
     * @throws Exception if the source could not be opened; the message says how to do it by hand
     */
    void lift() throws Exception;

    /**
     * Frees what the fence holds in this process after the switch. The source stays closed. Without an effect after
     * {@link #lift()}.
     */
    @Override
    void close();
}
