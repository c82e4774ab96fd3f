package dev.godwit;

import dev.godwit.event.MigrationListener;
import dev.godwit.schema.SchemaPreparer;
import java.util.List;

/** What a migration was built from, defaults filled in. Immutable; may be used by any thread. */
public final class MigrationConfig {
    private final String name;
    private final Endpoint source;
    private final Endpoint target;
    private final Parts parts;
    private final List<MigrationListener> listeners;

    MigrationConfig(String name, Endpoint source, Endpoint target, Parts parts, List<MigrationListener> listeners) {
        this.name = name;
        this.source = source;
        this.target = target;
        this.parts = parts;
        this.listeners = List.copyOf(listeners);
    }

    /** What has a default. */
    record Parts(
            TableFilter tables,
            SchemaPreparer schema,
            CopyOptions copy,
            SourceLimits sourceLimits,
            ApplyOptions apply,
            CutoverOptions cutover,
            boolean createTargetDatabase,
            boolean reverse) {}

    /**
     * Gives the migration's name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Gives the database that is moved.
     *
     * @return the source
     */
    public Endpoint source() {
        return source;
    }

    /**
     * Gives the database that it becomes.
     *
     * @return the target
     */
    public Endpoint target() {
        return target;
    }

    /**
     * Gives which tables are moved.
     *
     * @return the filter
     */
    public TableFilter tables() {
        return parts.tables();
    }

    /**
     * Gives how the target's schema is prepared.
     *
     * @return the preparer
     */
    public SchemaPreparer schema() {
        return parts.schema();
    }

    /**
     * Gives how the snapshot is copied.
     *
     * @return the options
     */
    public CopyOptions copy() {
        return parts.copy();
    }

    /**
     * Gives what the migration may cost its source.
     *
     * @return the limits
     */
    public SourceLimits sourceLimits() {
        return parts.sourceLimits();
    }

    /**
     * Gives how changes are applied.
     *
     * @return the options
     */
    public ApplyOptions apply() {
        return parts.apply();
    }

    /**
     * Gives how the cutover is done.
     *
     * @return the options
     */
    public CutoverOptions cutover() {
        return parts.cutover();
    }

    /**
     * Tells whether the target database is created if it does not exist.
     *
     * @return what the builder was told
     */
    public boolean createTargetDatabase() {
        return parts.createTargetDatabase();
    }

    /**
     * Tells whether there is a way back after the cutover.
     *
     * @return what the builder was told
     */
    public boolean reverse() {
        return parts.reverse();
    }

    /**
     * Gives who is told of events.
     *
     * @return the listeners
     */
    public List<MigrationListener> listeners() {
        return listeners;
    }
}
