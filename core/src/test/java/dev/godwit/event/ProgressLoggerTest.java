package dev.godwit.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class ProgressLoggerTest {
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(ProgressLogger.class);
    private final ProgressLogger listener = new ProgressLogger();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.DEBUG);
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(logged);
        logger.setLevel(null);
    }

    @Test
    void tellsOfEachPhaseAndTableAndNamesTheMigration() {
        listener.onEvent(Events.phase(0, MigrationPhase.SCHEMA, MigrationPhase.SNAPSHOT));
        listener.onEvent(Events.copied(1, "public.film", 1_000));
        listener.onEvent(Events.copied(1, "public.actor", 7));
        assertThat(lines())
                .containsExactly(
                        "INFO orders: SCHEMA -> SNAPSHOT",
                        "INFO orders: table public.film copied: 1,000 rows, 100 kB in 2.0 s",
                        "INFO orders: table public.actor copied: 7 rows, 700 B in 2.0 s");
    }

    @Test
    void tellsOfProgressEveryTenSecondsHoweverOftenItComesAndNeverOfSingleTables() {
        IntStream.range(0, 100).forEach(i -> {
            listener.onEvent(Events.table(i * 0.25, "public.film", i));
            listener.onEvent(Events.copy(i * 0.25, 1, 4, i * 100L, 10_000, Duration.ofSeconds(80)));
        });
        assertThat(lines())
                .containsExactly(
                        "INFO orders: copied 1 of 4 tables, 0 %, 0 rows, 5.0 MB/s, 1:20 left",
                        "INFO orders: copied 1 of 4 tables, 40 %, 40 rows, 5.0 MB/s, 1:20 left",
                        "INFO orders: copied 1 of 4 tables, 80 %, 80 rows, 5.0 MB/s, 1:20 left");
    }

    @Test
    void goesOnTellingWhenTheClockIsSetBack() {
        listener.onEvent(Events.copy(3600, 1, 4, 0, 10_000, Duration.ofSeconds(80)));
        listener.onEvent(Events.copy(1, 1, 4, 4_000, 10_000, Duration.ofSeconds(80)));
        listener.onEvent(Events.copy(2, 1, 4, 5_000, 10_000, Duration.ofSeconds(80)));
        assertThat(lines())
                .containsExactly(
                        "INFO orders: copied 1 of 4 tables, 0 %, 0 rows, 5.0 MB/s, 1:20 left",
                        "INFO orders: copied 1 of 4 tables, 40 %, 40 rows, 5.0 MB/s, 1:20 left");
    }

    @Test
    void tellsOfLagWithWhatWasApplied() {
        listener.onEvent(Events.applied(0, 12_300_000, 1_234, 1_000));
        assertThat(lines())
                .containsExactly(
                        "INFO orders: behind by 12.3 MB and 1.4 s; 1,234 transactions, 3,000 changes applied, up to"
                                + " 0/100");
    }

    @Test
    void raisesItsVoiceOnlyWhereAHumanShouldLook() {
        listener.onEvent(Events.warning(0, "look"));
        listener.onEvent(Events.failed(0, "gone"));
        listener.onEvent(new MigrationEvent.Reconnecting("orders", Events.START, "the source has gone", 2));
        listener.onEvent(new MigrationEvent.Reconnected("orders", Events.START, Duration.ofSeconds(3)));
        listener.onEvent(new MigrationEvent.CutoverReverted("orders", Events.START, "drain", "too slow"));
        listener.onEvent(new MigrationEvent.SourceSchemaChanged("orders", Events.START, List.of()));
        listener.onEvent(new MigrationEvent.FindingReported(
                "orders", Events.START, "WARNING", "GW1", "public.film", "is large", "wait"));
        listener.onEvent(new MigrationEvent.FindingReported(
                "orders", Events.START, "INFORMATION", "GW2", "public.film", "is small", "do nothing"));
        listener.onEvent(Events.chunk(0, "public.film", 0, 10));
        assertThat(lines())
                .containsExactly(
                        "WARN orders: look",
                        "ERROR orders: failed in SNAPSHOT: gone",
                        "WARN orders: the source has gone; trying again (attempt 2)",
                        "INFO orders: going on 3.0 s after a connection was lost",
                        "WARN orders: the cutover was undone: too slow",
                        "INFO orders: the target has what was changed in the source's schema",
                        "WARN orders: preflight GW1 [public.film]: is large -> wait",
                        "INFO orders: preflight GW2 [public.film]: is small -> do nothing",
                        "DEBUG orders: table public.film, part 1 of 4 copied: 10 rows, 1.0 kB in 1.0 s");
    }

    @Test
    void refusesToTellMoreThanOnceASecond() {
        assertThatThrownBy(() -> new ProgressLogger(Duration.ofMillis(999))).hasMessageContaining("1 s or more");
    }

    private List<String> lines() {
        return logged.list.stream()
                .map(entry -> entry.getLevel() + " " + entry.getFormattedMessage())
                .toList();
    }
}
