package dev.godwit.internal.plan;

import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.event.MigrationListener;
import dev.godwit.replication.ServerConnections;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SourceLogin;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the builder collected, as the engine needs it. Immutable.
 *
 * @param name the migration's name
 * @param source opens connections to the source; its text form may be shown
 * @param target opens connections to the target; its text form may be shown
 * @param tables selects tables
 * @param rows which rows and columns are wanted of them
 * @param preparer plans the target's schema
 * @param copy how the snapshot is copied
 * @param limits what it may cost the source
 * @param apply how changes are applied
 * @param cutover how the cutover is done
 * @param reverse whether there is a way back after the cutover
 * @param listeners who is told
 * @param surroundings its target's server, and its group
 */
public record MigrationPlan(
        String name,
        ServerConnections source,
        ServerConnections target,
        Predicate<TableName> tables,
        WantedRows rows,
        SchemaPreparer preparer,
        CopySettings copy,
        LimitSettings limits,
        ApplySettings apply,
        CutoverSettings cutover,
        boolean reverse,
        List<MigrationListener> listeners,
        Surroundings surroundings) {

    /** Plans what is to be done to the target's schema for some tables; both sessions are in transactions. */
    public SchemaPlan planSchema(Connection from, Connection to, Predicate<TableName> which) throws SQLException {
        return source instanceof SourceLogin login
                ? preparer.plan(from, to, which, login)
                : preparer.plan(from, to, which);
    }

    /** Gives the same plan over other connections to the same servers. */
    public MigrationPlan withConnections(ServerConnections toSource, ServerConnections toTarget) {
        return new MigrationPlan(
                name,
                toSource,
                toTarget,
                tables,
                rows,
                preparer,
                copy,
                limits,
                apply,
                cutover,
                reverse,
                listeners,
                surroundings);
    }

    /** Gives the same plan for tables that are fixed by now. */
    public MigrationPlan withTables(Predicate<TableName> fixed) {
        return with(fixed, cutover, listeners, surroundings);
    }

    /** Gives the same plan with another switch. */
    public MigrationPlan withTrafficSwitch(TrafficSwitch other) {
        return with(tables, cutover.with(cutover.fence(), other), listeners, surroundings);
    }

    /** Gives the same plan for a member of a group. */
    public MigrationPlan inGroup(Surroundings group, List<MigrationListener> told) {
        return with(tables, cutover, List.copyOf(told), group);
    }

    private MigrationPlan with(
            Predicate<TableName> which, CutoverSettings how, List<MigrationListener> told, Surroundings where) {
        return new MigrationPlan(
                name, source, target, which, rows, preparer, copy, limits, apply, how, reverse, told, where);
    }

    /**
     * How changes are applied.
     *
     * @param recordConflicts whether a conflict is recorded instead of stopping the run
     * @param appliers how many sessions of the target apply at a time
     * @param batchRows rows after which a target transaction is committed
     * @param batchBytes bytes after which a target transaction is committed
     * @param memoryBytes what changes may take that are read and not yet applied
     * @param decodingMemoryBytes what the source may take to put transactions together
     * @param giveUpAfter how long failures that may pass are retried
     * @param schemaCheckInterval how often the source's schema is looked at
     */
    public record ApplySettings(
            boolean recordConflicts,
            int appliers,
            int batchRows,
            long batchBytes,
            long memoryBytes,
            long decodingMemoryBytes,
            Duration giveUpAfter,
            Duration schemaCheckInterval) {}

    /**
     * How the cutover is done.
     *
     * @param fence holds back writes
     * @param trafficSwitch points the applications at the target
     * @param maxWritePause from the fence to the switch
     * @param fenceTimeout how long the fence may try
     * @param readyLag the lag below which the run is ready
     * @param sequenceMargin how many values of each sequence are left out
     * @param refreshBefore whether materialized views are refreshed before the write pause
     * @param refreshInside whether they are refreshed inside it
     * @param verified what verification is required
     */
    public record CutoverSettings(
            WriteFence fence,
            TrafficSwitch trafficSwitch,
            Duration maxWritePause,
            Duration fenceTimeout,
            Duration readyLag,
            long sequenceMargin,
            boolean refreshBefore,
            boolean refreshInside,
            VerifiedSettings verified) {

        /** Gives the same with another fence and another switch. */
        public CutoverSettings with(WriteFence otherFence, TrafficSwitch otherSwitch) {
            return new CutoverSettings(
                    otherFence,
                    otherSwitch,
                    maxWritePause,
                    fenceTimeout,
                    readyLag,
                    sequenceMargin,
                    refreshBefore,
                    refreshInside,
                    verified);
        }

        /** Gives the same with no verification required: what was verified was the way there. */
        public CutoverSettings withoutVerification() {
            return new CutoverSettings(
                    fence,
                    trafficSwitch,
                    maxWritePause,
                    fenceTimeout,
                    readyLag,
                    sequenceMargin,
                    refreshBefore,
                    refreshInside,
                    VerifiedSettings.NONE);
        }
    }

    /**
     * What verification a cutover requires.
     *
     * @param maxAge how old it may be; zero if none is required, or none of some age
     * @param recheckedRows how many rows that were changed since are compared again inside the write pause
     */
    public record VerifiedSettings(Duration maxAge, int recheckedRows) {
        /** None is required. */
        static final VerifiedSettings NONE = new VerifiedSettings(Duration.ZERO, 0);

        /** Tells whether a verification is required. */
        public boolean isRequired() {
            return !maxAge.isZero() || isRechecked();
        }

        /** Tells whether what has changed since is compared again. */
        public boolean isRechecked() {
            return recheckedRows > 0;
        }
    }
}
