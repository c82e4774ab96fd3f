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
     * Begins what {@link #seal} completes, as far as it disturbs nobody who is connected: from now on who connects cannot write. Called
     * before {@code seal}, so that what is to be looked at on a closed source can be looked at before clients are disconnected and come
     * back all at once; undone by {@link #lift()}. Does nothing unless it is overridden: {@code seal} does all of it then.
     *
     * @param deadline by when it must be done, writers wait meanwhile, so it is to be kept by this method
     * @throws Exception if the source cannot be closed by then; the cutover is undone
     */
    default void beginSeal(Deadline deadline) throws Exception {}

    /**
     * Makes the fence outlast this process: from now on the source stays closed for writes even if the process dies, until
     * {@link #lift()} or {@link WriteFence#reopen} opens it. Called right before the decision.
     *
     * @param deadline by when it must be closed, writers wait meanwhile, so it is to be kept by this method
     * @throws Exception if the source cannot be closed by then; the cutover is undone
     */
    void seal(Deadline deadline) throws Exception;

    /**
     * Does as much of {@link #beginSeal} and {@link #seal} as leaves no trace and disturbs nobody, for a rehearsal that measures it. Does
     * nothing unless it is overridden.
     *
     * @param deadline by when it must be done
     * @throws Exception if the source could not be closed; the rehearsal fails
     */
    default void rehearseSeal(Deadline deadline) throws Exception {}

    /**
     * Makes sure that the source is still as {@link #seal} has left it: closed, for every role. Called behind the decision, right before
     * traffic is switched, so it should take no time. Does nothing unless it is overridden.
     *
     * @param deadline by when it must be known
     * @throws Exception if somebody may write there, or that is not known by then; the cutover is undone
     */
    default void requireSealed(Deadline deadline) throws Exception {}

    /**
     * Undoes the fence: the source takes writes again, unless somebody else had closed it before ({@link FenceContext#closedBefore}).
     *
     * @throws Exception if the source could not be opened; the message says how to do it by hand
     */
    void lift() throws Exception;

    /**
     * Frees what the fence holds in this process after the switch. The source stays closed. Without an effect after
     * {@link #lift()}. What it throws is logged and changes nothing of what has become of the cutover.
     */
    @Override
    void close();
}
