package dev.godwit.event;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs how a migration goes on, to the SLF4J logger of this class's name. Default: the copy's and the stream's progress every 10
 * seconds.
 *
 * <p>{@code INFO}: a line for each phase, each table that was copied, each step of a cutover, and now and then one of progress.
 * {@code WARN}: what a human should look at. {@code ERROR}: the run has failed. {@code DEBUG}: parts of tables, and steps of
 * the schema. Each line begins with the migration's name; none holds values of rows.
 *
 * <p>Thread rule: safe for use by several migrations at a time.
 */
public final class ProgressLogger implements MigrationListener {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressLogger.class);
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final Duration every;
    private final Map<String, Instant> told = new HashMap<>();

    /** Makes a logger that tells of progress every 10 seconds. */
    public ProgressLogger() {
        this(EVERY);
    }

    /**
     * Makes a logger.
     *
     * @param every how long there is at least between two lines of progress of a migration, at least 1 s
     * @throws IllegalArgumentException if that is less than 1 s
     */
    public ProgressLogger(Duration every) {
        if (every.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("every is " + every + ", and has to be 1 s or more");
        }
        this.every = every;
    }

    @Override
    public void onEvent(MigrationEvent event) {
        if (event instanceof MigrationEvent.TableProgress
                || (isProgress(event) && !isDue(event.migration(), event.at()))) {
            return;
        }
        EventText text = EventText.of(event);
        LOG.atLevel(text.level()).log("{}: {}", event.migration(), text.text());
    }

    private static boolean isProgress(MigrationEvent event) {
        return event instanceof MigrationEvent.CopyProgress
                || event instanceof MigrationEvent.ReplicationProgress
                || event instanceof MigrationEvent.VerificationProgress;
    }

    /** By the events' own time, so that a listener that lags behind does not tell all of it at once. */
    private synchronized boolean isDue(String migration, Instant at) {
        Instant before = told.get(migration);
        if (before != null && Duration.between(before, at).abs().compareTo(every) < 0) {
            return false;
        }
        told.put(migration, at);
        return true;
    }
}
