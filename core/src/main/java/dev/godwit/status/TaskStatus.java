package dev.godwit.status;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One document of the migrations of one or more databases.
 *
 * @param id the migration's UUID; of several, one that is made from theirs and so as lasting
 * @param databases the databases' migrations
 */
public record TaskStatus(String id, List<MigrationStatus> databases) {
    private static final String SCHEMA = "status.schema.json";

    /**
     * Copies the list.
     *
     * @param id the document's UUID
     * @param databases the databases' migrations
     * @throws IllegalArgumentException if there is none
     */
    public TaskStatus {
        databases = List.copyOf(databases);
        if (databases.isEmpty()) {
            throw new IllegalArgumentException("a status document is of one database at least");
        }
    }

    /**
     * Puts several into one.
     *
     * @param databases one status for each database, at least one
     * @return the document
     * @throws IllegalArgumentException if there is none
     */
    public static TaskStatus of(List<MigrationStatus> databases) {
        List<String> ids =
                databases.stream().map(MigrationStatus::id).distinct().sorted().toList();
        String id = ids.size() == 1
                ? ids.get(0)
                : UUID.nameUUIDFromBytes(String.join(",", ids).getBytes(StandardCharsets.UTF_8))
                        .toString();
        return new TaskStatus(id, databases);
    }

    /**
     * Gives what the databases' states come to: that of the one which most wants to be looked at, in the order FAILED, INTERRUPTED,
     * CANCELLED, PAUSED, then the one that is least far.
     *
     * @return the state
     */
    public MigrationState state() {
        List<MigrationState> states =
                databases.stream().map(MigrationStatus::state).distinct().toList();
        for (MigrationState bad : List.of(
                MigrationState.FAILED, MigrationState.INTERRUPTED, MigrationState.CANCELLED, MigrationState.PAUSED)) {
            if (states.contains(bad)) {
                return bad;
            }
        }
        return states.stream().min(Comparator.naturalOrder()).orElseThrow();
    }

    /** When the first one was started. */
    Instant startedOn() {
        return databases.stream()
                .map(MigrationStatus::startedOn)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** When the last one ended; null as long as one goes on. */
    @Nullable
    Instant endedOn() {
        return databases.stream().anyMatch(database -> database.endedOn() == null)
                ? null
                : databases.stream()
                        .map(MigrationStatus::endedOn)
                        .filter(Objects::nonNull)
                        .max(Comparator.naturalOrder())
                        .orElse(null);
    }

    /**
     * Gives the document in the shape of an Azure DMS task's: {@code output}, a list of objects told apart by {@code resultType}
     * ({@code MigrationLevelOutput} once, {@code DatabaseLevelOutput} for each database, {@code TableLevelOutput} for each table),
     * and beside it {@code state} and {@code taskType}. What Azure does not have stands under the key {@code godwit} of databases and
     * tables. Times are ISO 8601 in UTC, null where not known yet.
     *
     * <p>The task's {@code state} is Running as long as a process follows the source, be the migration paused or not, Succeeded,
     * RolledBack, Failed, Canceled, or Interrupted where no process runs it.
     *
     * @return JSON, valid against {@link #jsonSchema}
     */
    public String toJson() {
        return StatusJson.write(this);
    }

    /**
     * Gives the JSON Schema (draft 2020-12) of the document.
     *
     * @return JSON
     */
    public static String jsonSchema() {
        try (InputStream in = TaskStatus.class.getResourceAsStream(SCHEMA)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + SCHEMA);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names the servers, of several databases perhaps several. */
    static String together(List<String> names) {
        return names.stream().distinct().collect(Collectors.joining(", "));
    }
}
