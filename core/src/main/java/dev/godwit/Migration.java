package dev.godwit;

import dev.godwit.event.MigrationListener;
import dev.godwit.internal.engine.MigrationEngine;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.preflight.Preflight;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.MigrationException;
import dev.godwit.result.PreflightReport;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A migration of one database to another server: what is to be done, and how. Immutable; may be used by any thread.
 *
 * <p>Nothing is connected to before one of the methods is called.
 */
public final class Migration {
    private final MigrationPlan plan;
    private final MigrationConfig config;

    private Migration(MigrationPlan plan, MigrationConfig config) {
        this.plan = plan;
        this.config = config;
    }

    /**
     * Starts a description with the defaults: all tables, schema prepared from the source's catalog, the defaults of
     * {@link CopyOptions}, {@link ApplyOptions} and {@link CutoverOptions}, no listener. Name, source and target have to be set.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Gives the migration's name.
     *
     * @return the name under which the target remembers it
     */
    public String name() {
        return plan.name();
    }

    /** Gives what the builder collected. */
    MigrationPlan plan() {
        return plan;
    }

    /**
     * Gives what the migration was built from.
     *
     * @return the options, defaults filled in
     */
    public MigrationConfig config() {
        return config;
    }

    /**
     * Looks at both servers for whatever would stop the migration or should be known before. Changes nothing on either. A
     * server that cannot be reached is a finding as well.
     *
     * @return all findings at once, each with its remedy
     */
    public PreflightReport preflight() {
        return Preflight.run(plan);
    }

    /**
     * Starts the migration. The preflight is run first; after that the migration is recorded on the target, and goes on in
     * threads of the run.
     *
     * @return the run; to be closed by the caller
     * @throws dev.godwit.result.PreflightFailedException if a finding stops it; nothing was changed on either server
     * @throws MigrationException if a migration of this name is recorded already, or a server fails
     */
    public MigrationRun start() {
        return new MigrationRun(MigrationEngine.start(plan));
    }

    /**
     * Goes on with the migration where an earlier process, or an earlier run, left it; starts it if it is not recorded on the
     * target. So a process that is started again after a crash calls this and nothing else.
     *
     * <p>A cutover in which the earlier process died is finished if it had been decided, and otherwise undone. If it was that of a
     * {@link MigrationGroup}, the outcome is asked for where the group has recorded it; a migration that is resumed alone finds that
     * if it is on the server of its own target, and else fails and asks for {@link MigrationGroup#resume()}.
     *
     * @return the run; to be closed by the caller
     * @throws dev.godwit.result.PreflightFailedException if it is not recorded and a finding stops it
     * @throws MigrationException if another process runs it, the source is not the one that it began with (before the cutover), or a server
     *     fails
     */
    public MigrationRun resume() {
        return new MigrationRun(MigrationEngine.resume(plan));
    }

    /**
     * Forgets the migration and leaves the target's tables as they are: {@link #cleanUp(CancelOption)} with
     * {@link CancelOption#LEAVE_TARGET}.
     *
     * @return what was removed
     * @throws MigrationException as there
     */
    public CleanUpReport cleanUp() {
        return cleanUp(CancelOption.LEAVE_TARGET);
    }

    /**
     * Forgets the migration, whatever process has run it; see {@link #cleanUp(String, Endpoint, Endpoint, CancelOption)}.
     *
     * @param option what is done with the target
     * @return what was removed, and what was not
     * @throws MigrationException if another process runs it, its source is another one, or a server fails
     */
    public CleanUpReport cleanUp(CancelOption option) {
        return MigrationEngine.cleanUp(plan, option == CancelOption.CLEAN_TARGET);
    }

    /**
     * Forgets a migration that a dead process left behind: drops its slot and publication on the source, whatever the option says on the
     * target, and what the target remembers. Nothing else than the name needs to be known. Does nothing, and is no error, if there is
     * nothing; what fails on the way may be done again.
     *
     * <p>If the target does not remember it any more, because its database was dropped or restored, the publications on the source are
     * looked through for those that bear the mark of a migration of this name to this database, and dropped with their slots unless a
     * session uses them. The mark is the publication's comment. It holds the whole name and the target database with its system's
     * identifier, and is compared as a whole; the names of slots and publications are not compared at all, since they hold only a part of
     * the migration's, which other migrations may share. What bears the mark of a migration of this name to <em>another</em> database is
     * left alone and named in the report, with the SQL that drops it: it may be alive. So is what has lost its publication.
     *
     * @param name the migration's name
     * @param source the database that it moved
     * @param target the database that it moved to
     * @param option what is done with the target, as far as it remembers
     * @return what was removed, and what was not
     * @throws MigrationException if another process runs it, its source is another one, or a server fails; if a cutover or rollback was
     *     interrupted, which may have left the source closed; or if the target of a migration that is completed is to be cleaned
     */
    public static CleanUpReport cleanUp(String name, Endpoint source, Endpoint target, CancelOption option) {
        if (!Builder.NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(Builder.problem(name));
        }
        return MigrationEngine.cleanUp(
                name,
                new EndpointConnections("source", source, name),
                new EndpointConnections("target", target, name),
                option == CancelOption.CLEAN_TARGET);
    }

    /** Collects a migration's description. Each option may be set once; listeners accumulate. Used by one thread. */
    public static final class Builder {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

        private final List<String> problems = new ArrayList<>();
        private final List<MigrationListener> listeners = new ArrayList<>();

        @Nullable
        private String name;

        @Nullable
        private Endpoint source;

        @Nullable
        private Endpoint target;

        @Nullable
        private Boolean createTarget;

        @Nullable
        private TableFilter tables;

        @Nullable
        private SchemaPreparer schema;

        @Nullable
        private CopyOptions copy;

        @Nullable
        private SourceLimits sourceLimits;

        @Nullable
        private ApplyOptions apply;

        @Nullable
        private CutoverOptions cutover;

        @Nullable
        private Boolean reverse;

        private Builder() {}

        /**
         * Sets the name, under which the target remembers the migration and which logs, threads, slot and publication bear.
         *
         * @param name 1 to 63 letters, digits, dots, hyphens or underscores, beginning with a letter or digit; required
         * @return this builder
         */
        public Builder name(String name) {
            once("name", this.name, name);
            this.name = name;
            return this;
        }

        /**
         * Sets the database that is moved.
         *
         * @param source PostgreSQL 10 or newer; required
         * @return this builder
         */
        public Builder source(Endpoint source) {
            once("source", this.source, source);
            this.source = source;
            return this;
        }

        /**
         * Sets the database that it becomes.
         *
         * @param target PostgreSQL of the source's version or newer; holds no rows of the migrated tables; exists, unless
         *     {@link #createTargetDatabase}; required
         * @return this builder
         */
        public Builder target(Endpoint target) {
            once("target", this.target, target);
            this.target = target;
            return this;
        }

        /**
         * Sets whether the target database is created if it does not exist: from {@code template0}, with the source database's
         * encoding, locales, locale provider, ICU rules and comment, as the role that connects, which needs CREATEDB. It is
         * created when the preflight has passed, through database {@code postgres} (else {@code template1}) of the target's
         * server; until then the preflight examines the server through that. A database that exists is left as it is, whatever
         * it is like. Its connection limit and settings are not carried but reported. If the migration then cannot be recorded
         * in it, it is dropped again, provided that nobody uses it and it holds nothing.
         *
         * @param create default false
         * @return this builder
         */
        public Builder createTargetDatabase(boolean create) {
            once("createTargetDatabase", createTarget, create);
            createTarget = create;
            return this;
        }

        /**
         * Sets which tables are moved, and which rows and columns of them.
         *
         * @param tables default {@link TableFilter#all()}
         * @return this builder
         */
        public Builder tables(TableFilter tables) {
            once("tables", this.tables, tables);
            this.tables = tables;
            return this;
        }

        /**
         * Sets how the target's schema is prepared.
         *
         * @param schema default {@link SchemaPreparers#fromCatalog()}
         * @return this builder
         */
        public Builder schema(SchemaPreparer schema) {
            once("schema", this.schema, schema);
            this.schema = schema;
            return this;
        }

        /**
         * Sets how the snapshot is copied.
         *
         * @param copy default as {@link CopyOptions#builder()} gives it
         * @return this builder
         */
        public Builder copy(CopyOptions copy) {
            once("copy", this.copy, copy);
            this.copy = copy;
            return this;
        }

        /**
         * Sets what the migration may cost its source.
         *
         * @param limits default as {@link SourceLimits#builder()} gives them: none
         * @return this builder
         */
        public Builder sourceLimits(SourceLimits limits) {
            once("sourceLimits", this.sourceLimits, limits);
            this.sourceLimits = limits;
            return this;
        }

        /**
         * Sets how changes are applied.
         *
         * @param apply default as {@link ApplyOptions#builder()} gives it
         * @return this builder
         */
        public Builder apply(ApplyOptions apply) {
            once("apply", this.apply, apply);
            this.apply = apply;
            return this;
        }

        /**
         * Sets how the cutover is done.
         *
         * @param cutover default as {@link CutoverOptions#builder()} gives it
         * @return this builder
         */
        public Builder cutover(CutoverOptions cutover) {
            once("cutover", this.cutover, cutover);
            this.cutover = cutover;
            return this;
        }

        /**
         * Sets whether there is a way back: the old server is then kept in step after the cutover (phase
         * {@code REVERSE_SYNC}) until {@link MigrationRun#rollback()} or {@link MigrationRun#finalizeMigration()} ends it. Takes a slot on
         * the target, and schema {@code godwit} on the old server. Not with some rows or columns of a table only, and not in a group.
         *
         * @param wayBack default false
         * @return this builder
         */
        public Builder reverse(boolean wayBack) {
            once("reverse", reverse, wayBack);
            reverse = wayBack;
            return this;
        }

        /**
         * Adds a listener.
         *
         * @param listener told of every event; may be called several times
         * @return this builder
         */
        public Builder listener(MigrationListener listener) {
            listeners.add(listener);
            return this;
        }

        private static String problem(String name) {
            return "name must be 1 to 63 letters, digits, dots, hyphens or underscores, not '" + name + "'";
        }

        private void once(String option, @Nullable Object earlier, Object value) {
            if (earlier != null) {
                problems.add(option + " was set twice: first " + earlier + ", then " + value);
            }
        }

        /**
         * Makes the migration; connects to nothing.
         *
         * @return the migration
         * @throws IllegalArgumentException if something is missing, set twice or malformed; all problems are named at once
         */
        public Migration build() {
            List<String> found = new ArrayList<>(problems);
            if (name == null) {
                found.add("name is missing");
            } else if (!NAME.matcher(name).matches()) {
                found.add(problem(name));
            }
            if (source == null) {
                found.add("source is missing");
            }
            if (target == null) {
                found.add("target is missing");
            }
            if (target != null && Boolean.TRUE.equals(createTarget)) {
                MigrationChecks.databaseName(target.database(), found);
            }
            MigrationChecks.reverse(Boolean.TRUE.equals(reverse), tables, found);
            if (name == null || source == null || target == null || !found.isEmpty()) {
                throw new IllegalArgumentException("Migration: " + String.join("; ", found));
            }
            MigrationConfig config = new MigrationConfig(name, source, target, parts(), listeners);
            return new Migration(MigrationPlans.of(config), config);
        }

        private MigrationConfig.Parts parts() {
            return new MigrationConfig.Parts(
                    tables == null ? TableFilter.all() : tables,
                    schema == null ? SchemaPreparers.fromCatalog() : schema,
                    copy == null ? CopyOptions.builder().build() : copy,
                    sourceLimits == null ? SourceLimits.builder().build() : sourceLimits,
                    apply == null ? ApplyOptions.builder().build() : apply,
                    cutover == null ? CutoverOptions.builder().build() : cutover,
                    Boolean.TRUE.equals(createTarget),
                    Boolean.TRUE.equals(reverse));
        }
    }
}
