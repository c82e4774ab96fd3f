/**
 * Several migrations that are run, and can be cut over, together. {@link dev.godwit.internal.group.GroupEngine} is the entry; each
 * member has a run of its own in {@code dev.godwit.internal.engine}, and the steps of a common cutover are in
 * {@code dev.godwit.internal.cutover}.
 *
 * <p>Thread rule: members have the threads that they have alone. The cutover of all is driven by the thread of whoever
 * asks for it; each step is done for all members at once, by a thread for each, and the next one begins when all have ended.
 *
 * <h2>All or none</h2>
 *
 * <p>The members of a common cutover have a target database each, so there is no transaction that decides for all. One of them, the
 * coordinator, keeps the decision in its target: a row of {@code godwit.group_decision}, named by a random identifier of this
 * attempt. It changes only by single statements that have a condition on what it was, so of several who want to change it one wins:
 *
 * <pre>
 *            the deciding process           whoever recovers a member
 *   OPEN ──────────────────────────► DECIDED ─────────────────────► FINAL
 *     │                                 │
 *     │ whoever recovers a member,      │ the deciding process, while no traffic is switched
 *     │ or the deciding process         ▼
 *     └──────────────────────────► ABANDONED
 * </pre>
 *
 * <ol>
 *   <li>All members are prepared; the row is made, OPEN.
 *   <li>All sources are fenced, all targets drained and filled, all sources sealed: from here on nobody writes to any of the sources,
 *       and no target is fit for traffic.
 *   <li>Each member makes its target fit for traffic and, in the same transaction, records that it is PREPARED and for which
 *       decision. Such a member neither goes on nor back by itself.
 *   <li>When all have done so, the deciding process changes OPEN to DECIDED. That one commit is the decision of all.
 *   <li>Traffic is switched, first that of one member, then that of the others; each member records SWITCHING with itself, then
 *       COMPLETED, and asks nobody any more.
 * </ol>
 *
 * <p><b>A process that dies</b>, or loses its servers, at any moment:
 *
 * <ul>
 *   <li>Before a member is PREPARED its record says so, and who resumes it opens its source, as with a cutover of its own. The
 *       decision needs all members, so it was not made; and it will not be: the deciding process records PREPARED under its owner epoch,
 *       which is not the present one any more.
 *   <li>A member that is PREPARED asks for the row. OPEN becomes ABANDONED, DECIDED becomes FINAL, in one statement; so the answer is the
 *       same for all members, whoever asks first, and also for the deciding process, should it still be alive: its change from
 *       OPEN finds no OPEN any more. ABANDONED: the target is made unfit for traffic, in one transaction with the end of PREPARED,
 *       then the source is opened. FINAL: SWITCHING is recorded, the source is made sure to be closed, traffic switched once more.
 *   <li>A member that is SWITCHING or COMPLETED was so after DECIDED was in the row, and only this process may have changed it back
 *       (see below), before any member had recorded it.
 *   <li>Where the row cannot be read, nothing is done, and the source stays closed: waiting is right whatever the outcome is. A row that is
 *       missing is never taken for an answer; while members may have to read it, its migration is not forgotten ({@code pending}).
 * </ul>
 *
 * <p><b>Failures</b> of a living process: before step 4 it undoes every member; nobody else can decide, so it needs no permission. If the
 * answer to the change of step 4 is lost, it changes OPEN to ABANDONED itself, which tells it which of the two came first. If the first
 * switch throws, no client is on any target: DECIDED is changed to ABANDONED, and only if that succeeds are the members undone. If a
 * later switch throws, clients are on a target already, and nothing leads back: the others are finished, and that one is resumed.
 *
 * <p><b>Both sides of a member</b> never take writes: its source is opened only after its own target was made unfit in a
 * committed transaction, and traffic is switched only after the decision, from which a way back exists only as long as no
 * switch has returned.
 *
 * <p><b>The coordinator's place.</b> A group knows the targets of all its members. A member that is resumed alone knows from its record the
 * system identifier and the database where the row is, and finds it if that is the server of its own target, as the same role; else it
 * says that the group is to be resumed. Addresses and secrets are recorded nowhere.
 *
 * <p>The write pause of all begins with the first fence and may last as long as the smallest {@code maxWritePause} of a member. Who holds a
 * fence while another is still to be raised waits with its writers for a quarter of that at most; then all are lowered, writers run,
 * and it is tried again.
 */
@NullMarked
package dev.godwit.internal.group;

import org.jspecify.annotations.NullMarked;
