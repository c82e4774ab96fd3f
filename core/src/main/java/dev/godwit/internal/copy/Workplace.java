package dev.godwit.internal.copy;

import dev.godwit.copy.Throttles;
import dev.godwit.internal.plan.CopySettings;
import dev.godwit.schema.TableName;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one process keeps for its tasks: sessions, the pace, and who is told. Safe for use by any thread. */
final class Workplace implements AutoCloseable {

    /** Sees rows being sent to the target; negative where a failure has undone it. */
    interface Observer {
        void onMoved(TableName table, long rows, long bytes);
    }

    private final CopyJob job;

    @Nullable
    private final SnapshotSession keeper;

    private final Pace pace;
    private final CopyControl control;
    private final Observer observer;
    private final Deque<Sessions> idle = new ArrayDeque<>();
    private final Set<Sessions> busy = new HashSet<>();
    private boolean closed;
    private long signals;

    Workplace(CopyJob job, @Nullable SnapshotSession keeper, Pace pace, CopyControl control, Observer observer) {
        this.job = job;
        this.keeper = keeper;
        this.pace = pace;
        this.control = control;
        this.observer = observer;
    }

    /** Gives one for a task that was sent here. */
    static Workplace away(CopyJob job) {
        CopySettings alone = new CopySettings(1, null, job.bytesPerSecond(), 0, job.memoryBytes(), Throttles.none());
        return new Workplace(
                job,
                null,
                new Pace(job.bytesPerSecond()),
                new CopyControl(alone, () -> false),
                (table, rows, bytes) -> {});
    }

    /** Gives the session that holds all tables' locks; null where it is in another process. */
    @Nullable
    SnapshotSession keeper() {
        return keeper;
    }

    Pace pace() {
        return pace;
    }

    /** Tells whether the run is to stand still, so that nothing more is begun. */
    boolean isPaused() {
        return control.isPaused();
    }

    Observer observer() {
        return observer;
    }

    synchronized Sessions take() throws SQLException {
        if (closed) {
            throw new SQLException("the copy was ended", "57P03");
        }
        Sessions sessions = idle.isEmpty() ? new Sessions(job) : idle.pop();
        busy.add(sessions);
        return sessions;
    }

    synchronized void giveBack(Sessions sessions, boolean usable) {
        busy.remove(sessions);
        if (!usable || closed) {
            sessions.abandon();
        } else if (idle.size() + busy.size() < control.workers()) {
            idle.push(sessions);
        } else {
            // There are fewer workers now.
            sessions.close();
        }
    }

    /** A task has ended. */
    synchronized void signal() {
        signals++;
        notifyAll();
    }

    /** Counts the tasks that have ended here. */
    synchronized long signals() {
        return signals;
    }

    /** Waits until a task has ended since a moment, or for a while; gives the moment to wait from next. */
    synchronized long awaitSignal(long since, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        long left = limit.toNanos();
        while (signals == since && left > 0) {
            wait(left / 1_000_000 + 1);
            left = deadline - System.nanoTime();
        }
        return signals;
    }

    /** Ends all sessions; who uses one fails. */
    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(Sessions::close);
        idle.clear();
        busy.forEach(Sessions::abandon);
        busy.clear();
    }
}
