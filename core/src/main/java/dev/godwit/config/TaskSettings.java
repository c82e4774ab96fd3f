package dev.godwit.config;

import org.jspecify.annotations.Nullable;

/**
 * Godwit's own options of a task.
 *
 * @param name the task's name, null if not given
 * @param parallel how many databases are migrated at once
 * @param createTargetDatabases whether databases that the target has not are created there
 * @param reverse whether there is a way back after the cutover
 * @param common what holds for every database
 */
record TaskSettings(
        @Nullable String name, int parallel, boolean createTargetDatabases, boolean reverse, Settings common) {
    static final int MOST_PARALLEL = 64;
    static final TaskSettings DEFAULT = new TaskSettings(null, 2, false, false, Settings.NONE);

    String taskName() {
        return name == null ? MigrationNames.DEFAULT_TASK : name;
    }
}
