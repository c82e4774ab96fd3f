package dev.godwit.config;

import dev.godwit.Migration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What is to be migrated: a source, a target, and databases, with Godwit's options. Immutable; equal to another that holds the same.
 *
 * <p>One JSON file has all of it, or three have the parts, as users of Azure Database Migration Service have them: the two
 * connections, and the list of databases. Comments ({@code //} and {@code /* *}{@code /}) are allowed; null is as if the key
 * were missing; an unknown or repeated key is an error.
 *
 * <pre>{@code
 * {
 *   "source": {"serverName": "old", "userName": "mover", "password": null},
 *   "target": {"serverName": "new", "userName": "mover", "properties": {"sslmode": "verify-full"}},
 *   "databases": [{"name": "dvdrental", "target_database_name": "rental", "selectedTables": ["public.film*"]}],
 *   "godwit": {"name": "rental-to-17", "copy": {"workers": 8, "indexMemory": "1GiB"}}
 * }
 * }</pre>
 *
 * <ul>
 *   <li>A connection has {@code serverName} (required), {@code port} (default 5432), {@code databaseName} (default
 *       {@code postgres}), {@code userName} and {@code password} (what is missing is asked of {@link dev.godwit.Credentials} when a
 *       connection is made; an empty password is one), and {@code properties} of the driver: {@code sslmode},
 *       {@code sslrootcert}, {@code sslcert}, {@code sslkey} and others, as texts.
 *   <li>{@code databases}, each with {@code name}, {@code target_database_name} (default: the name) and {@code selectedTables}
 *       (default, and if empty: all; else {@linkplain dev.godwit.TablePattern#parse patterns}). Without the list, the
 *       connections' own databases are meant.
 *   <li>{@code godwit} has {@code name} (default {@code task}), {@code parallel} (how many databases at once, 1 to 64, default 2),
 *       {@code createTargetDatabases} (default false), {@code reverse} (a way back after the cutover, default false; not in a group),
 *       and for all databases {@code schema} (a preparer's name, {@code fromCatalog}, {@code pgDump}, {@code alreadyPrepared} or
 *       {@code none}, or an object with its options, {@code {"fromCatalog": {"owners": true}}}, as {@code scripts} needs them:
 *       {@code {"scripts": {"beforeCopy": ["tables.sql"], "afterCopy": []}}}), {@code tables} ({@code exclude}: patterns; {@code rows}:
 *       conditions by table; {@code columns}: lists by table),
 *       {@code copy}, {@code sourceLimits}, {@code apply} and {@code cutover} with the options of their builders by the
 *       same names. A database can have a {@code godwit} of its own, with {@code name} (that of its migration) and the rest but
 *       {@code parallel}, {@code createTargetDatabases} and {@code reverse}; what it does not say is as it is for all.
 *   <li>Durations are texts, {@code 500ms}, {@code 5s}, {@code 30min}, {@code 2h}, {@code 1d} or as ISO 8601 has them,
 *       {@code PT5S}. Sizes are numbers of bytes or texts, {@code 256MiB} (B, KiB, MiB, GiB, TiB). Names of tables are as the
 *       catalog has them, in double quotes if they hold a dot, a {@code *} or a quote: {@code "\"a.b\".c"}.
 * </ul>
 *
 * <p>{@link #jsonSchema()} says the same to editors and programs.
 */
public final class TaskFile {
    private static final String SCHEMA = "task-file.schema.json";

    private final TaskConnection source;
    private final TaskConnection target;
    private final List<TaskDatabase> databases;
    private final TaskSettings settings;

    TaskFile(TaskConnection source, TaskConnection target, List<TaskDatabase> databases, TaskSettings settings) {
        this.source = source;
        this.target = target;
        this.databases = List.copyOf(databases);
        this.settings = settings;
    }

    /**
     * Reads a file. Connects to nothing.
     *
     * @param file UTF-8, at most 16 MiB
     * @return the task
     * @throws TaskFileException if it cannot be read, or something is wrong with it; all that is wrong is named at once
     */
    public static TaskFile read(Path file) {
        Problems problems = new Problems();
        return new TaskReader(problems).task(TaskText.read(file, "", problems));
    }

    /**
     * Reads a text. Connects to nothing.
     *
     * @param json the text
     * @param name what messages call it, such as the name of the file that it came from
     * @return the task
     * @throws TaskFileException if something is wrong with it; all that is wrong is named at once
     */
    public static TaskFile parse(String json, String name) {
        Problems problems = new Problems();
        return new TaskReader(problems).task(TaskText.parse(json, name, "", problems));
    }

    /**
     * Reads a task whose parts are in three files. Connects to nothing.
     *
     * @param source the source's connection, an object
     * @param target the target's connection, an object
     * @param databases the databases, a list
     * @return the task
     * @throws TaskFileException if one cannot be read, or something is wrong with it; all that is wrong is named at once
     */
    public static TaskFile readParts(Path source, Path target, Path databases) {
        Problems problems = new Problems();
        TaskReader.Documents documents = new TaskReader.Documents(
                TaskText.read(source, "source", problems),
                TaskText.read(target, "target", problems),
                TaskText.read(databases, "databases", problems),
                null,
                true);
        return new TaskReader(problems).task(documents);
    }

    /**
     * Describes migrations, so that they can be written to a file. Passwords are left out, and credentials are not asked: roles are
     * named where that is possible without.
     *
     * @param name the task's name, of the same form as a migration's
     * @param migrations at least one; all of the same two servers
     * @return the task
     * @throws IllegalArgumentException if something cannot be in a file, such as an executor, a throttle, a listener or any other
     *     code, or a password for pg_dump; all such options are named at once
     */
    public static TaskFile of(String name, Migration... migrations) {
        return TaskExport.of(name, List.of(migrations));
    }

    /**
     * Gives the JSON Schema (2020-12) of a task file, in which each key, type, default and range is described. A file is refused for
     * more than a schema can say, such as source and target being the same.
     *
     * @return the schema, JSON
     */
    public static String jsonSchema() {
        try (InputStream in = TaskFile.class.getResourceAsStream(SCHEMA)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks its resource " + SCHEMA);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the jar's resource " + SCHEMA + " could not be read", e);
        }
    }

    /**
     * Gives the task's name, with which the names of its migrations begin.
     *
     * @return the name; {@code task} by default
     */
    public String name() {
        return settings.taskName();
    }

    /**
     * Gives the server that databases are moved from.
     *
     * @return the connection
     */
    public TaskConnection source() {
        return source;
    }

    /**
     * Gives the server that databases are moved to.
     *
     * @return the connection
     */
    public TaskConnection target() {
        return target;
    }

    /**
     * Gives the databases.
     *
     * @return at least one; no two have the same name, target or migration's name
     */
    public List<TaskDatabase> databases() {
        return databases;
    }

    /**
     * Gives how many databases are migrated at once.
     *
     * @return 1 to 64; 2 by default
     */
    public int parallel() {
        return settings.parallel();
    }

    /**
     * Tells whether databases that the target does not have are to be created there.
     *
     * @return false by default
     */
    public boolean createTargetDatabases() {
        return settings.createTargetDatabases();
    }

    /**
     * Tells whether there is a way back after the cutover; see {@link Migration.Builder#reverse}.
     *
     * @return false by default
     */
    public boolean reverse() {
        return settings.reverse();
    }

    /**
     * Starts to make the task's migrations.
     *
     * @return takes what only code can give, and gives a builder for each database
     */
    public TaskMigrations migrations() {
        return new TaskMigrations(this);
    }

    /**
     * Writes the task, without passwords.
     *
     * @return JSON that {@link #parse} reads; indented, without comments
     */
    public String toJson() {
        return TaskWriter.write(this);
    }

    TaskSettings settings() {
        return settings;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskFile file
                && file.source.equals(source)
                && file.target.equals(target)
                && file.databases.equals(databases)
                && file.settings.equals(settings);
    }

    @Override
    public int hashCode() {
        return 31 * source.hashCode() + databases.hashCode();
    }

    /** Gives the task's name, its servers and its databases. */
    @Override
    public String toString() {
        return "task '" + name() + "' from " + source.server() + " to " + target.server() + ": " + databases;
    }
}
