/**
 * Applies a stream of changes to a target, in whole source transactions and commit order, strictly and exactly once.
 *
 * <p>Enter by {@link dev.godwit.replication.apply.Subscriber}. Threads of its own read, collect and apply; its methods may be
 * called by any thread. Copying tables, deciding when to cut over and remembering anything but the applied position and the counts belong
 * elsewhere.
 *
 * <p>The way of a change: {@code ApplySession} takes it from the stream and decides where target transactions end;
 * {@code Appliers} gives it to the {@code Applier} that {@code Routing} says, usually the only one, whose
 * {@code ChangeCollector} adds it to its table's {@code NetEffect}, or to the changes that go by themselves; meanwhile
 * {@code TargetWriter} lets {@code TargetTables} apply the chunk before, each table by its {@code TableApplier}
 * with a {@code SetApplier} and a {@code RowApplier}. Ways of applying follow one another where something does not fit, see
 * {@code ApplyPlan}: as sets by one applier, in order, one by one.
 *
 * <p>The source's changes are counted per table by the {@code ChangeTally} of the {@code OpenBatch}, before anything is folded or left
 * out, and added to the {@link dev.godwit.replication.apply.CounterTable} by the statement that advances the position: once for each
 * batch, whatever crashes and however many appliers there are.
 *
 * <p>Several appliers commit together in a {@code CommitRound}; {@code ApplierPositions} remembers how far each has come, and
 * {@code Leftover} leaves out what some had committed of a batch that was broken off.
 *
 * <p>The applying session runs under {@code session_replication_role = replica}: foreign keys and ordinary triggers do not
 * act, as their effects arrive as changes of their own. The same role keeps the server from rechecking deferrable unique and
 * exclusion constraints, so whoever cuts over must check these for duplicates first (or add them only then).
 */
@NullMarked
package dev.godwit.replication.apply;

import org.jspecify.annotations.NullMarked;
