package dev.godwit.internal.copy;

import java.io.Serializable;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Work} for an executor. In the process that made it, it uses the sessions that are open there; sent to another one, it opens
 * its own.
 */
final class CopyTask implements Callable<WorkResult>, Serializable {
    private static final long serialVersionUID = 1L;

    private final CopyJob job;
    private final Work work;

    @Nullable
    private final transient Workplace home;

    CopyTask(CopyJob job, Work work, Workplace home) {
        this.job = job;
        this.work = work;
        this.home = home;
    }

    @Override
    public WorkResult call() throws SQLException, InterruptedException {
        Workplace here = home;
        if (here != null) {
            try {
                return at(here);
            } finally {
                here.signal();
            }
        }
        try (Workplace away = Workplace.away(job)) {
            return at(away).fromAway();
        }
    }

    private WorkResult at(Workplace place) throws SQLException, InterruptedException {
        Sessions sessions = place.take();
        boolean done = false;
        try {
            WorkResult result = new Worker(job, place, sessions).run(work);
            done = true;
            return result;
        } finally {
            place.giveBack(sessions, done);
        }
    }
}
