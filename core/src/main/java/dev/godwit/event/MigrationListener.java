package dev.godwit.event;

/**
 * Observes a migration. Several listeners may be registered; each sees every event, in order.
 *
 * <p>Thread rule: called by one dispatcher thread that belongs to the run, never by a thread that moves data. A slow
 * listener delays other listeners only; while it lags, superseded {@link MigrationEvent.TableProgress},
 * {@link MigrationEvent.CopyProgress} and {@link MigrationEvent.ReplicationProgress} events are left out. An exception is logged and counted, and not felt by the run.
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
