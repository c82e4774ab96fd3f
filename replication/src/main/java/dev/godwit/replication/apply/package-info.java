/**
 * Applies a stream of changes to a target, in whole source transactions and commit order, strictly and exactly once.
 *
 * <p>Enter by {@link dev.godwit.replication.apply.Subscriber}. One thread of its own applies; its methods may be called by
 * any thread. Copying tables, deciding when to cut over and remembering anything but the applied position belong elsewhere.
 *
 * <p>The applying session runs under {@code session_replication_role = replica}: foreign keys and ordinary triggers do not
 * act, as their effects arrive as changes of their own. The same role keeps the server from rechecking deferrable unique and
 * exclusion constraints, so whoever cuts over must check these for duplicates first (or add them only then).
 */
@NullMarked
package dev.godwit.replication.apply;

import org.jspecify.annotations.NullMarked;
