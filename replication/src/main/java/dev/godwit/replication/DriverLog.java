package dev.godwit.replication;

import java.util.List;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps row values out of the driver's own log. At its finest level the driver writes each value that it sends, and all that the server
 * says of an error; on threads that work for a migration both are replaced by a note. Other threads' lines stay as they are, so that an
 * application that uses the same driver loses nothing of what it wants to see.
 *
 * <p>Threads work for a migration if their names begin with {@code godwit-}, and while they are inside {@link #quiet}. The filter is put
 * in place with the first connection; one that is there already is asked, too. Safe for use by any thread.
 */
public final class DriverLog {
    private static final String OWN_THREADS = "godwit-";
    private static final List<String> WITH_VALUES =
            List.of(" FE=> Bind(", " <=BE ErrorMessage(", " <=BE NoticeResponse(");

    /** Held here, since the log manager lets go of loggers that nobody holds, and of their filters with them. */
    private static final Logger EXECUTOR = Logger.getLogger("org.postgresql.core.v3.QueryExecutorImpl");

    private static final ThreadLocal<Boolean> QUIET = ThreadLocal.withInitial(() -> false);

    private DriverLog() {}

    /** Puts the filter in place, if it is not. */
    static synchronized void filter() {
        Filter present = EXECUTOR.getFilter();
        if (!(present instanceof Redaction)) {
            EXECUTOR.setFilter(new Redaction(present));
        }
    }

    /**
     * Has the present thread work for a migration until what is returned is closed.
     *
     * @return to be closed by the same thread
     */
    public static Quiet quiet() {
        Quiet quiet = new Quiet(QUIET.get());
        QUIET.set(true);
        return quiet;
    }

    /** A thread's work for a migration. */
    public static final class Quiet implements AutoCloseable {
        private final boolean before;

        private Quiet(boolean before) {
            this.before = before;
        }

        @Override
        public void close() {
            if (before) {
                return;
            }
            QUIET.remove();
        }
    }

    /** Changes entries, and lets through what it is not asked to keep. */
    private record Redaction(@Nullable Filter others) implements Filter {
        @Override
        public boolean isLoggable(LogRecord entry) {
            String message = entry.getMessage();
            if (message != null
                    && (QUIET.get() || Thread.currentThread().getName().startsWith(OWN_THREADS))) {
                WITH_VALUES.stream().filter(message::startsWith).findFirst().ifPresent(begin -> {
                    entry.setMessage(begin + "left out by Godwit, since it may hold values of rows)");
                    entry.setParameters(null);
                });
            }
            return others == null || others.isLoggable(entry);
        }
    }
}
