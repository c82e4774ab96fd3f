package dev.godwit.testkit;

/**
 * How a server is asked to stop.
 *
 * @see <a href="https://www.postgresql.org/docs/current/server-shutdown.html">PostgreSQL manual: Shutting Down</a>
 */
public enum StopMode {
    /** {@code SIGINT}: sessions are ended, everything is written, a clean shutdown. */
    FAST,
    /** {@code SIGQUIT}: every process exits at once, the next start recovers as after a crash. */
    IMMEDIATE,
    /** {@code SIGKILL} to the whole server: nothing is told to anyone. */
    KILL
}
