/**
 * A PostgreSQL logical replication subscriber in Java: positions, publications, slots, snapshots and sessions.
 *
 * <p>Enter by {@link dev.godwit.replication.ServerConnections}; the stream of changes is in {@code stream}, its messages in
 * {@code pgoutput}, the way to the target in {@code apply}. Nothing here knows about copying tables or about phases.
 *
 * <p>The LSN argument. A slot is created with an exported snapshot and a consistent point L0; a transaction is in the
 * snapshot if and only if its commit record starts before L0, and in the stream otherwise:
 *
 * <pre>
 *   commit:      a     b     |     c     d         e
 *   log:    ─────●─────●─────L0────●─────●─────────●────►
 *   snapshot  {a, b}         |  stream from L0: c, d, e, in this order
 *   applied_lsn after c is c's end; a restart there delivers d, e: commit(d) is at or beyond end(c)
 * </pre>
 *
 * <p>Only positions of whole transactions are stored or compared; those of single changes are not ordered between
 * transactions. Progress is written in the transaction that applies the changes, and a position is confirmed to the source
 * only after that transaction is durable, so a crash at any moment repeats nothing and loses nothing. The slot's confirmed
 * position is compared with the stored one before each start, because a server forwards a start position that lies before
 * it without an error.
 *
 * <p>Thread rule: static functions may be called by any thread with its own connection; each class with state says its own.
 */
@NullMarked
package dev.godwit.replication;

import org.jspecify.annotations.NullMarked;
