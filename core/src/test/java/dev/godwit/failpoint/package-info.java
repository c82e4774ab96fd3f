/**
 * Every durable step of a migration as a point at which its process may die: the statements that change something are counted where
 * they leave for a server, so that none can be forgotten when the library gets a new one.
 *
 * <p>The library knows nothing of it. A test gives its migration endpoints of {@link dev.godwit.failpoint.FailpointSocketFactory}, under
 * a name by which it has made {@link dev.godwit.failpoint.Failpoints} known: those of a process that dies at the n-th step, before the
 * step is sent or once it is answered, or of one that dies when the test says so, at once or at a step soon after. Death is that all its
 * connections are reset, and none can be opened any more, which is what the servers see of a kill -9; threads that are left over can do
 * nothing that lasts, and the test closes their run. Whoever resumes does so under points of its own. A process that is really killed,
 * with its memory, is in package {@code dev.godwit.crash}.
 */
package dev.godwit.failpoint;
