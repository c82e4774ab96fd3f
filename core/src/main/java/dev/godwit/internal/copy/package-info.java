/**
 * The copy of a snapshot, and the making of the target's schema, which uses the same machinery.
 *
 * <p>{@link dev.godwit.internal.copy.SnapshotCopy} is the entry: {@code CopyPlanner} turns tables into {@code Work}s ({@code Splitter}
 * those that are copied in parts), {@code Crew} has them done by an executor as {@code CopyTask}s, {@code Worker} does one with the
 * {@code Sessions} of its {@code Workplace}, {@code CopyFollow} says what follows, {@code PartitionTrees} when a partitioned table's
 * turn has come. {@code CopyJob}, {@code Work} and {@code WorkResult} are all that travels between processes.
 * {@link dev.godwit.internal.copy.SchemaExecutor} runs schema steps through the same crew.
 *
 * <p>{@link dev.godwit.internal.copy.SnapshotSession} makes the snapshot that all of it sees. What is in no stream is copied apart:
 * {@link dev.godwit.internal.copy.UnloggedTables}, {@link dev.godwit.internal.copy.LargeObjects}.
 *
 * <p>Each row is copied once: a work's rows and its mark are committed together; who tries again claims the mark first and so waits for
 * whoever may still commit it; and a part of a table counts only under the snapshot that the table is marked as split under.
 */
@NullMarked
package dev.godwit.internal.copy;

import org.jspecify.annotations.NullMarked;
