package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.copy.SchemaExecutor;
import java.time.Duration;
import java.time.Instant;

/** Tells of the schema being made. */
record SchemaEvents(String migration, EventDispatcher events) implements SchemaExecutor.Observer {

    @Override
    public void onStep(String step, Duration took) {
        events.publish(new MigrationEvent.SchemaStepDone(migration, Instant.now(), step, took));
    }

    @Override
    public void onRetry(String message) {
        events.publish(new MigrationEvent.Warning(migration, Instant.now(), message));
    }

    @Override
    public void onFailure(String part, String message) {
        events.publish(new MigrationEvent.PartFailed(migration, Instant.now(), part, message));
    }
}
