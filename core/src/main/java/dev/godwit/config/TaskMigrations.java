package dev.godwit.config;

import dev.godwit.CopyOptions;
import dev.godwit.Credentials;
import dev.godwit.CredentialsSources;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Makes the migrations of a task file, together with what only code can give: credentials, an executor, a throttle, a fence, a traffic
 * switch. Listeners, and a schema preparer of one's own, are given to the builders that come out. Used by one thread.
 */
public final class TaskMigrations {
    private final TaskFile file;
    private Credentials sourceCredentials;
    private Credentials targetCredentials;
    private Consumer<CopyOptions.Builder> copy = options -> {};
    private Consumer<CutoverOptions.Builder> cutover = options -> {};
    private UnaryOperator<Endpoint> source = UnaryOperator.identity();
    private UnaryOperator<Endpoint> target = UnaryOperator.identity();

    TaskMigrations(TaskFile file) {
        this.file = file;
        Credentials console = CredentialsSources.console();
        this.sourceCredentials = usual("GODWIT_SOURCE", console);
        this.targetCredentials = usual("GODWIT_TARGET", console);
    }

    private static Credentials usual(String prefix, Credentials console) {
        return CredentialsSources.inOrder(
                CredentialsSources.environment(prefix + "_USER", prefix + "_PASSWORD"),
                CredentialsSources.passwordFile(),
                console);
    }

    /**
     * Sets who is asked for what the file does not say of either login: the password, or user and password. They are asked when a
     * connection is made.
     *
     * @param credentials default: the environment variables {@code GODWIT_SOURCE_USER} and {@code GODWIT_SOURCE_PASSWORD}, for
     *     the target {@code GODWIT_TARGET_USER} and {@code GODWIT_TARGET_PASSWORD}; then the user's password file; then the console
     * @return this object
     */
    public TaskMigrations credentials(Credentials credentials) {
        return sourceCredentials(credentials).targetCredentials(credentials);
    }

    /**
     * Sets who is asked for what the file does not say of the source's login.
     *
     * @param credentials default as {@link #credentials} says
     * @return this object
     */
    public TaskMigrations sourceCredentials(Credentials credentials) {
        this.sourceCredentials = credentials;
        return this;
    }

    /**
     * Sets who is asked for what the file does not say of the target's login.
     *
     * @param credentials default as {@link #credentials} says
     * @return this object
     */
    public TaskMigrations targetCredentials(Credentials credentials) {
        this.targetCredentials = credentials;
        return this;
    }

    /**
     * Changes the source's endpoints, for instance by a property that is a secret.
     *
     * @param change called once for each database with the endpoint that the file gives; default: no change
     * @return this object
     */
    public TaskMigrations source(UnaryOperator<Endpoint> change) {
        this.source = change;
        return this;
    }

    /**
     * Changes the target's endpoints, for instance by a property that is a secret.
     *
     * @param change called once for each database with the endpoint that the file gives; default: no change
     * @return this object
     */
    public TaskMigrations target(UnaryOperator<Endpoint> change) {
        this.target = change;
        return this;
    }

    /**
     * Adds to the options of the copy, for instance an executor or a throttle.
     *
     * @param options called once for each database with a builder that holds what the file says; default: nothing is added
     * @return this object
     */
    public TaskMigrations copy(Consumer<CopyOptions.Builder> options) {
        this.copy = options;
        return this;
    }

    /**
     * Adds to the options of the cutover, for instance a fence or a traffic switch.
     *
     * @param options called once for each database with a builder that holds what the file says; default: nothing is added
     * @return this object
     */
    public TaskMigrations cutover(Consumer<CutoverOptions.Builder> options) {
        this.cutover = options;
        return this;
    }

    /**
     * Starts a migration for each database. Name, source, target and its creation, tables, copy, limits, apply and cutover are set, and the
     * schema if the file says so; what is set again is reported by {@code build()}. Connects to nothing.
     *
     * @return one builder for each of {@link TaskFile#databases()}, in their order; to which listeners may be added
     */
    public List<Migration.Builder> builders() {
        List<Migration.Builder> builders = new ArrayList<>();
        for (TaskDatabase database : file.databases()) {
            Settings settings = database.settings().over(file.settings().common());
            Migration.Builder builder = Migration.builder()
                    .name(database.migrationName())
                    .source(source.apply(file.source().endpoint(database.name(), sourceCredentials)))
                    .target(target.apply(file.target().endpoint(database.targetDatabaseName(), targetCredentials)))
                    .tables(settings.filter(database.selectedTables()))
                    .createTargetDatabase(file.createTargetDatabases())
                    .reverse(file.reverse());
            settings.apply(builder, copy, cutover);
            builders.add(builder);
        }
        return builders;
    }

    /**
     * Starts a group of all migrations, those of {@link #builders()}: name, parallel and migrations are set. Connects to nothing.
     *
     * @return a builder named after the task; to which listeners may be added
     */
    public MigrationGroup.Builder group() {
        MigrationGroup.Builder group =
                MigrationGroup.builder().name(file.name()).parallel(file.parallel());
        builders().forEach(group::migration);
        return group;
    }
}
