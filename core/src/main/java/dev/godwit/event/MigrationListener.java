package dev.godwit.event;

/**
 * Observes a migration. Several listeners may be registered; each sees every event, in order.
 *
 * <p>Thread rule: called by one dispatcher thread that belongs to the run, never by a thread that moves data. A slow
 * listener delays other listeners only; while it lags, superseded {@link MigrationEvent.TableProgress},
 * {@link MigrationEvent.CopyProgress}, {@link MigrationEvent.ReplicationProgress} and
 * {@link MigrationEvent.VerificationProgress} events are left out. Whatever it throws is
 * logged and counted ({@code MigrationRun.listenerStatistics()}), and not felt by the run.
 *
 * <p>A listener may call the run, {@code cutover()}, {@code cancel()} and {@code close()} included; no events are told while it
 * does. Closing the run waits 5 seconds for a listener that is busy, then interrupts it, and leaves it behind if it does not return.
 */
@FunctionalInterface
public interface MigrationListener {

    /**
     * Takes notice of an event.
     *
     * @param event what has happened
     */
    void onEvent(MigrationEvent event);
}
