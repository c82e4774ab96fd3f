package dev.godwit;

import dev.godwit.event.MigrationListener;
import dev.godwit.internal.group.GroupEngine;
import dev.godwit.internal.group.GroupPlan;
import dev.godwit.internal.group.GroupPreflight;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.MigrationException;
import dev.godwit.result.PreflightReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Several migrations that are run together: so many at once, and cut over each alone or all together. Immutable; may be used by any
 * thread.
 *
 * <p>Each member remains a migration of its own, remembered on its own target under its own name. Nothing is connected to before one of
 * the methods is called.
 */
public final class MigrationGroup {
    private final GroupPlan plan;

    private MigrationGroup(GroupPlan plan) {
        this.plan = plan;
    }

    /**
     * Starts a description: two migrations at a time, no listener. The name and at least one migration have to be set.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Gives the group's name.
     *
     * @return the name
     */
    public String name() {
        return plan.name();
    }

    /**
     * Gives the names of the migrations.
     *
     * @return the names, in the order in which they were added
     */
    public List<String> names() {
        return plan.members().stream().map(MigrationPlan::name).toList();
    }

    /**
     * Runs the preflight of all migrations, and looks for what only a group can see: two with the same source or target database, and
     * servers that have too little left for all their members together. Changes nothing on any server.
     *
     * @return all findings at once, each with its remedy; the object of a migration's finding begins with its name
     */
    public PreflightReport preflight() {
        return GroupPreflight.run(plan);
    }

    /**
     * Starts all migrations: {@link #preflight()} first, then each is recorded on its target, then they go on in threads of their runs.
     *
     * @return the run; to be closed by the caller
     * @throws dev.godwit.result.PreflightFailedException if a finding stops one of them; nothing was changed on any server
     * @throws MigrationException if one of them is recorded already, or a server fails; {@link #resume()} goes on with those that were
     *     recorded by then
     */
    public MigrationGroupRun start() {
        return new MigrationGroupRun(GroupEngine.start(plan));
    }

    /**
     * Goes on with all migrations where an earlier process, or an earlier run, left them; starts those that are not recorded. A cutover
     * of all together in which the earlier process died is finished for all if it had been decided, and otherwise undone for all.
     *
     * @return the run; to be closed by the caller
     * @throws dev.godwit.result.PreflightFailedException if one is not recorded and a finding stops it, also one that only the group can
     *     see; nothing was changed on any server
     * @throws MigrationException if another process runs one of them, a source is not the one that it began with, or a server fails
     */
    public MigrationGroupRun resume() {
        return new MigrationGroupRun(GroupEngine.resume(plan));
    }

    /**
     * Forgets all migrations and leaves the targets' tables as they are: {@link #cleanUp(CancelOption)} with
     * {@link CancelOption#LEAVE_TARGET}.
     *
     * @return what was removed, one report for each migration
     * @throws MigrationException as there
     */
    public List<CleanUpReport> cleanUp() {
        return cleanUp(CancelOption.LEAVE_TARGET);
    }

    /**
     * Forgets all migrations, as {@link Migration#cleanUp(CancelOption)} does for one.
     *
     * @param option what is done with the targets
     * @return what was removed, and what was not, one report for each migration in their order
     * @throws MigrationException if another process runs one of them, one still waits for the outcome of a cutover of all together, or a
     *     server fails
     */
    public List<CleanUpReport> cleanUp(CancelOption option) {
        return GroupEngine.cleanUp(plan, option == CancelOption.CLEAN_TARGET);
    }

    /** Collects a group's description. Name and parallel may be set once; migrations and listeners accumulate. Used by one thread. */
    public static final class Builder {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
        private static final int DEFAULT_PARALLEL = 2;
        private static final int MOST_PARALLEL = 64;

        private final List<String> problems = new ArrayList<>();
        private final List<MigrationPlan> members = new ArrayList<>();
        private final List<MigrationListener> listeners = new ArrayList<>();

        @Nullable
        private String name;

        @Nullable
        private Integer parallel;

        private Builder() {}

        /**
         * Sets the name, which logs and the group's thread bear.
         *
         * @param name 1 to 63 letters, digits, dots, hyphens or underscores, beginning with a letter or digit; required
         * @return this builder
         */
        public Builder name(String name) {
            if (this.name != null) {
                problems.add("name was set twice: first " + this.name + ", then " + name);
            }
            this.name = name;
            return this;
        }

        /**
         * Adds a migration. The first one that takes part in a cutover of all together keeps that cutover's outcome on its target.
         *
         * @param migration its name has to be another one than those of the others; at least one is required
         * @return this builder
         */
        public Builder migration(Migration migration) {
            members.add(migration.plan());
            return this;
        }

        /**
         * Adds a migration as its builder describes it; what that reports, {@link #build()} reports with its own.
         *
         * @param migration its name has to be another one than those of the others
         * @return this builder
         */
        public Builder migration(Migration.Builder migration) {
            try {
                return migration(migration.build());
            } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
                return this;
            }
        }

        /**
         * Sets how many migrations at a time are in {@code SCHEMA} or {@code SNAPSHOT}. The others wait in {@code CREATED}, without a
         * replication slot, for their turn: those whose copy was interrupted come first, the others in the order in which they were
         * added. From {@code CATCH_UP} on nobody waits, since slots retain their source's log. A migration that fails lets the next one
         * go on.
         *
         * @param parallel 1 to 64; default 2
         * @return this builder
         */
        public Builder parallel(int parallel) {
            if (this.parallel != null) {
                problems.add("parallel was set twice: first " + this.parallel + ", then " + parallel);
            }
            if (parallel < 1 || parallel > MOST_PARALLEL) {
                problems.add("parallel must be 1 to " + MOST_PARALLEL + ", not " + parallel);
            }
            this.parallel = parallel;
            return this;
        }

        /**
         * Adds a listener to all migrations.
         *
         * @param listener told of every event of every migration, which each bear the migration's name, by one thread of the group; may
         *     be called several times
         * @return this builder
         */
        public Builder listener(MigrationListener listener) {
            listeners.add(listener);
            return this;
        }

        /**
         * Makes the group; connects to nothing.
         *
         * @return the group
         * @throws IllegalArgumentException if something is missing, set twice or malformed; all problems are named at once
         */
        public MigrationGroup build() {
            List<String> found = new ArrayList<>(problems);
            if (name == null) {
                found.add("name is missing");
            } else if (!NAME.matcher(name).matches()) {
                found.add("name must be 1 to 63 letters, digits, dots, hyphens or underscores, not '" + name + "'");
            }
            if (members.isEmpty() && problems.isEmpty()) {
                found.add("no migration was added");
            }
            Set<String> names = new TreeSet<>();
            for (MigrationPlan member : members) {
                if (!names.add(member.name())) {
                    found.add("two migrations have the name '" + member.name() + "'");
                }
                if (member.reverse()) {
                    found.add("migration '" + member.name()
                            + "' has reverse(true), which a group does not take: its members"
                            + " would have to be rolled back together; migrate it on its own, or leave reverse out");
                }
            }
            if (name == null || !found.isEmpty()) {
                throw new IllegalArgumentException("MigrationGroup: " + String.join("; ", found));
            }
            return new MigrationGroup(
                    new GroupPlan(name, members, parallel == null ? DEFAULT_PARALLEL : parallel, listeners));
        }
    }
}
