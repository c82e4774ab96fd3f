/**
 * A PostgreSQL logical replication subscriber in Java: positions, publications, slots, snapshots and sessions.
 *
 * <p>Enter by {@link dev.godwit.replication.ServerConnections}; the stream of changes is in {@code stream}, its messages in
 * {@code pgoutput}, the way to the target in {@code apply}. Nothing here knows about copying tables or about phases.
 *
 * <p><b>The LSN argument:</b> why each source transaction is on the target exactly once.
 *
 * <pre>
 *   publication  locks  slot
 *        |         |     |
 *   commit:      a     b |         c     d    |     e         f
 *   log:    ─────●─────●─L0────────●─────●────L1────●─────────●────►
 *   snapshot 1  {a, b}   |  stream from L0: c, d, e, f, in this order
 *   snapshot 2  {a, b, c, d}                  |
 *
 *   table copied under snapshot 1: synced_lsn = L0, so c, d, e, f count
 *   table copied under snapshot 2: synced_lsn = L1, so e, f count, and c, d are in its copy
 *   applied_lsn after c is c's end; a restart there delivers d, e, f: commit(d) is at or beyond end(c)
 * </pre>
 *
 * <ol>
 *   <li>The publication exists before the slot: changes decoded before it existed are skipped in silence or end the decoding.
 *   <li>The tables are locked (ACCESS SHARE, in a transaction without an xid) before the slot is created and until the copy is
 *       over. Else a rewrite between slot and copy would make a table look empty to the snapshot. The session that locks is the
 *       one that imports the snapshot: a lock asked for later would stand behind whoever waits for the first one.
 *   <li>The slot is created with an exported snapshot and a consistent point L0. A transaction is in the snapshot if and only if
 *       its commit record starts before L0, and in the stream otherwise. A snapshot of plain SQL matches no position in the log.
 *       Nobody reads under it before the server has finished these commits; see {@link dev.godwit.replication.UnfinishedCommits}.
 *   <li>A table's rows are committed on the target together with its synced_lsn, the consistent point of the snapshot that it was
 *       copied under. A change counts if the position of its commit record is at or beyond synced_lsn, and is in the copy
 *       otherwise. A snapshot ends with its session; tables that are left over are copied under a second one, with a temporary
 *       slot and its own L1, while the lasting slot keeps the log from L0. Until the stream has passed the highest synced_lsn,
 *       tables stand at different points.
 *   <li>Changes are applied in whole source transactions and in commit order, and the end of the last one is written as
 *       applied_lsn in the same target transaction. So both are durable, or neither.
 *   <li>What is confirmed to the source as flushed is never ahead of applied_lsn as it is durable on the target; an idle position
 *       is stored before it is confirmed, and nothing is confirmed inside a transaction. The driver's own flush is off.
 *   <li>A restart begins at applied_lsn. A transaction whose commit record starts before it is skipped. Before that, the slot's
 *       confirmed position is compared with applied_lsn, because a server forwards a start position that lies before the
 *       confirmed one without an error: a slot that is beyond it, missing, invalidated, or of another system means lost changes
 *       and ends the run.
 * </ol>
 *
 * <p>Only positions of whole transactions are stored or compared; those of single changes are not ordered between
 * transactions. A crash at any moment therefore repeats nothing and loses nothing.
 *
 * <p>Thread rule: static functions may be called by any thread with its own connection; each class with state says its own.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-replication.html">PostgreSQL manual: replication protocol</a>
 * @see <a href="https://www.postgresql.org/docs/current/logicaldecoding-explanation.html">PostgreSQL manual: logical decoding
 *     concepts</a>
 */
@NullMarked
package dev.godwit.replication;

import org.jspecify.annotations.NullMarked;
