package dev.godwit.internal.copy;

import dev.godwit.result.MigrationException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has works done by an executor, so many at a time, the heaviest first. What fails with many parts is tried in smaller ones, what
 * fails with a session is tried again as long as others may succeed; the rest goes on, and at the end all failures are thrown.
 *
 * <p>Used by one thread, which submits, and looks after what it has submitted.
 */
final class Crew {
    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);
    /** A task in another process gives no sign when it ends. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    /** Who has given one has to return, but for which its future is not done. */
    private static final Duration RETURN = Duration.ofMillis(1);

    /** How long a pause keeps what is being copied, and with it the snapshot, which keeps vacuum on the source from its work. */
    private static final Duration HOLD = Duration.ofSeconds(30);

    private static final int ATTEMPTS = 3;

    /** Says what is to be done when a work is done. Called by the thread that runs the crew. */
    interface Reaction {
        Collection<Work> after(Work work, WorkResult result) throws SQLException;

        /** Takes notice of a work that has failed for good, while others go on. */
        default void failed(Work work, Throwable cause) {}
    }

    /** A work that has failed for good. */
    record Failure(String what, Throwable cause) {}

    private final String migration;
    private final CopyControl control;
    private final CopyJob job;
    private final Workplace home;
    private final BooleanSupplier gate;
    private final SchemaExecutor.Observer observer;
    private final PriorityQueue<Work> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Work::weight).reversed());
    private final Map<Future<WorkResult>, Work> running = new LinkedHashMap<>();
    private final Map<Work, Integer> attempts = new HashMap<>();
    private final List<Failure> failures = new ArrayList<>();
    private long settled;
    private long pausedAt;
    private boolean broken;

    /**
     * Makes a crew.
     *
     * @param control how many works are under way at a time, and whether they are to stand still
     * @param job what its tasks have in common
     * @param home where they run if they are not sent elsewhere
     * @param gate whether something may begin
     * @param observer told of what is tried again, and of what is not
     */
    Crew(
            String migration,
            CopyControl control,
            CopyJob job,
            Workplace home,
            BooleanSupplier gate,
            SchemaExecutor.Observer observer) {
        this.migration = migration;
        this.control = control;
        this.job = job;
        this.home = home;
        this.gate = gate;
        this.observer = observer;
    }

    /** Does these works, and what follows from them; gives what has failed. */
    List<Failure> run(Collection<? extends Work> works, Reaction reaction) throws SQLException, InterruptedException {
        if (works.isEmpty()) {
            return List.of();
        }
        waiting.addAll(works);
        ExecutorService given = control.settings().executor();
        ExecutorService executor = given == null ? own() : given;
        try {
            work(executor, reaction);
        } finally {
            running.keySet().forEach(future -> future.cancel(true));
            if (given == null) {
                executor.shutdownNow();
            }
        }
        return failures;
    }

    /** As many threads as works are submitted. */
    private ExecutorService own() {
        AtomicInteger count = new AtomicInteger();
        return Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "godwit-" + migration + "-copy-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    private void work(ExecutorService executor, Reaction reaction) throws SQLException, InterruptedException {
        long seen = home.signals();
        settled = seen;
        while (!waiting.isEmpty() || !running.isEmpty()) {
            boolean open = gate.getAsBoolean();
            boolean still = standsStill();
            while (open && !still && running.size() < control.workers() && !waiting.isEmpty()) {
                submit(executor, waiting.remove());
            }
            seen = home.awaitSignal(seen, seen > settled ? RETURN : LOOK_EVERY);
            Iterator<Map.Entry<Future<WorkResult>, Work>> tasks =
                    running.entrySet().iterator();
            List<Map.Entry<Future<WorkResult>, Work>> ended = new ArrayList<>();
            while (tasks.hasNext()) {
                Map.Entry<Future<WorkResult>, Work> task = tasks.next();
                if (task.getKey().isDone()) {
                    ended.add(Map.entry(task.getKey(), task.getValue()));
                    tasks.remove();
                }
            }
            for (Map.Entry<Future<WorkResult>, Work> task : ended) {
                settled++;
                settle(task.getKey(), task.getValue(), reaction);
            }
        }
    }

    /**
     * Tells whether nothing may begin, since the run is paused. For a while what is being copied stands still with its snapshot, so
     * that a short pause costs nothing; then it is broken off, and what is being built is waited for: it cannot stand still, and holds
     * nothing on the source.
     *
     * @throws StandstillException when nothing is under way any more
     */
    private boolean standsStill() {
        if (!control.isPaused() && !broken) {
            pausedAt = 0;
            return false;
        }
        long now = System.nanoTime();
        if (pausedAt == 0) {
            pausedAt = now;
        }
        if (broken || job.snapshot() == null || now - pausedAt >= HOLD.toNanos()) {
            broken = true;
            running.entrySet()
                    .removeIf(task -> !(task.getValue() instanceof Work.Steps)
                            && task.getKey().cancel(true));
            if (running.isEmpty()) {
                throw new StandstillException();
            }
        }
        return true;
    }

    /** What else waits, or is under way and will be followed by builds, keeps the other workers busy. */
    private int spareWorkers(Work work) {
        long others = Stream.concat(waiting.stream(), running.values().stream())
                .mapToLong(Work::weight)
                .sum();
        return spareWorkers(control.workers(), work.weight(), others);
    }

    /**
     * Tells how many of the workers have nothing to do while one of them does a work.
     *
     * @param weight of the work; 0 if it is not known
     * @param others the weight of all that can be done meanwhile
     */
    static int spareWorkers(int workers, long weight, long others) {
        return weight == 0 ? workers - 1 : (int) Math.max(0, workers - 1 - others / weight);
    }

    private void submit(ExecutorService executor, Work work) {
        try {
            CopyJob task = job.limited(control.share(), spareWorkers(work));
            running.put(executor.submit(new CopyTask(task, work, home)), work);
        } catch (RuntimeException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new MigrationException(
                    null,
                    "the executor given to CopyOptions does not take a task: " + cause.getMessage()
                            + ". Resume with one that does as long as the copy runs",
                    e);
        }
    }

    private void settle(Future<WorkResult> future, Work work, Reaction reaction)
            throws SQLException, InterruptedException {
        try {
            WorkResult result = future.get();
            if (result.refused() && work.pieces().isEmpty()) {
                // Only this process has the session that holds the lock already.
                settled++;
                result = new CopyTask(job, work, home).call();
            }
            if (result.refused()) {
                waiting.addAll(work.pieces());
            } else {
                waiting.addAll(reaction.after(work, result));
                if (result.open()) {
                    waiting.add(work);
                }
            }
        } catch (ExecutionException e) {
            failed(work, e.getCause() == null ? e : e.getCause(), reaction);
        } catch (SQLException | RuntimeException e) {
            failed(work, e, reaction);
        }
    }

    private void failed(Work work, Throwable cause, Reaction reaction) {
        if (cause instanceof Error error) {
            throw error;
        }
        boolean gone = Losses.isSnapshotLoss(cause);
        if (!gone && !work.pieces().isEmpty()) {
            LOG.debug("{}: {}; trying its parts", work.name(), cause.getMessage());
            waiting.addAll(work.pieces());
            return;
        }
        int attempt = attempts.merge(work, 1, Integer::sum);
        // A lost commit that arrives after all makes the second attempt find its work done; the third sees the mark.
        if (!gone && attempt < ATTEMPTS && (attempt > 1 || Losses.mayPass(cause))) {
            String message = work.name() + ": " + cause.getMessage() + "; trying again";
            LOG.warn("{}: {}", migration, message);
            observer.onRetry(message);
            waiting.add(work);
            return;
        }
        failures.add(new Failure(work.name(), cause));
        reaction.failed(work, cause);
        if (!gone && !Losses.mayPass(cause)) {
            observer.onFailure(work.name(), String.valueOf(cause.getMessage()));
        }
        if (gone || Losses.isConnectionLoss(cause)) {
            // A server that is gone is gone for the others, too.
            waiting.clear();
        }
    }

    /** Puts failures into one exception that names them all. */
    static MigrationException failure(String what, String remedy, List<Failure> failures) {
        Throwable first = failures.get(0).cause();
        if (failures.size() == 1 && remedy.isEmpty() && first instanceof MigrationException known) {
            return known;
        }
        StringBuilder message = new StringBuilder(what + " failed for " + failures.size() + " of its parts:");
        for (Failure failure : failures) {
            message.append("\n  ")
                    .append(failure.what())
                    .append(": ")
                    .append(failure.cause().getMessage());
        }
        MigrationException exception = new MigrationException(null, message + remedy, first);
        failures.subList(1, failures.size()).forEach(failure -> exception.addSuppressed(failure.cause()));
        return exception;
    }
}
