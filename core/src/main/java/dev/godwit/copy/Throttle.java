package dev.godwit.copy;

import org.jspecify.annotations.Nullable;

/**
 * Decides, again and again while a snapshot is copied, whether the copy may go on. {@link Throttles} has the usual ones.
 *
 * <p>Asked before each part of the copy begins, and about once a second while parts are under way, by one thread at a time. While it
 * says no, nothing new begins, and what is under way in this process stands still with its transactions open. An exception
 * stops the copy; resuming goes on with what is not copied.
 */
@FunctionalInterface
public interface Throttle {

    /**
     * Decides.
     *
     * @param context what may be asked
     * @return why the copy has to pause, for the log and the event; null if it may go on
     * @throws Exception if that cannot be found out
     */
    @Nullable
    String reasonToPause(ThrottleContext context) throws Exception;
}
