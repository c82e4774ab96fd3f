package dev.godwit.event;

import java.util.List;

/**
 * How a run's listeners fare; a snapshot. Immutable.
 *
 * @param published events of this process's run so far
 * @param leftOut events that were told to nobody, because listeners lagged behind: progress events from 1,000 waiting events on, any
 *     event from 100,000 on, and what was published after the run was closed
 * @param waiting events that are not told to every listener yet
 * @param listeners the listeners, in the order in which they were registered
 */
public record ListenerStatistics(long published, long leftOut, int waiting, List<Listener> listeners) {

    /**
     * Copies the list.
     *
     * @param published events published
     * @param leftOut events left out
     * @param waiting events that wait
     * @param listeners the listeners
     */
    public ListenerStatistics {
        listeners = List.copyOf(listeners);
    }

    /**
     * One listener.
     *
     * @param type the name of its class
     * @param told events that it has taken, those included on which it failed
     * @param failures how often it has thrown something
     */
    public record Listener(String type, long told, long failures) {}

    /**
     * Gives the failures of all listeners together.
     *
     * @return how often a listener has thrown something
     */
    public long failures() {
        return listeners.stream().mapToLong(Listener::failures).sum();
    }
}
