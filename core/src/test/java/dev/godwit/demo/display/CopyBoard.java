package dev.godwit.demo.display;

import dev.godwit.demo.display.DisplayModel.Copy;
import dev.godwit.demo.display.DisplayModel.Table;
import dev.godwit.event.MigrationEvent.TableCopied;
import dev.godwit.event.MigrationEvent.TableProgress;
import dev.godwit.event.MigrationEvent.TableQueued;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where each table's copy stands. Not thread-safe. */
final class CopyBoard {

    private final Map<String, Progress> tables = new HashMap<>();
    private @Nullable Instant begun;
    private @Nullable Instant ended;

    private static final class Progress {
        private final TableQueued queued;
        private @Nullable Instant begun;
        private @Nullable Duration took;
        private long rows;
        private long bytes;

        private Progress(TableQueued queued) {
            this.queued = queued;
        }

        private Table at(Instant now) {
            Instant start = begun;
            Duration done = took;
            Duration running = done != null ? done : start != null ? Duration.between(start, now) : Duration.ZERO;
            String name = queued.table().startsWith("public.")
                    ? queued.table().substring("public.".length())
                    : queued.table();
            return new Table(name, rows, Math.max(0, queued.estimatedRows()), bytes, running, done != null);
        }
    }

    void queued(TableQueued event) {
        if (begun == null) {
            begun = event.at();
        }
        ended = null;
        tables.put(event.table(), new Progress(event));
    }

    void progress(TableProgress event) {
        Progress table = tables.get(event.table());
        if (table == null || table.took != null) {
            return;
        }
        if (table.begun == null) {
            table.begun = event.at();
        }
        table.rows = event.rows();
        table.bytes = event.bytes();
    }

    void copied(TableCopied event) {
        Progress table = tables.get(event.table());
        if (table == null) {
            return;
        }
        table.rows = event.rows();
        table.bytes = event.bytes();
        table.took = event.took();
        if (tables.values().stream().allMatch(each -> each.took != null)) {
            ended = event.at();
        }
    }

    Optional<Copy> at(Instant now) {
        Instant start = begun;
        if (start == null) {
            return Optional.empty();
        }
        List<Table> largestFirst = tables.values().stream()
                .sorted(Comparator.comparingLong((Progress table) -> table.queued.estimatedBytes())
                        .reversed()
                        .thenComparing(table -> table.queued.table()))
                .map(table -> table.at(now))
                .toList();
        Instant end = ended;
        return Optional.of(new Copy(largestFirst, Duration.between(start, end != null ? end : now)));
    }
}
