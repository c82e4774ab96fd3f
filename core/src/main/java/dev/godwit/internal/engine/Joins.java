package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.copy.StandstillException;
import dev.godwit.internal.plan.PassingFailure;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.WithoutValues;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that tables join, beside the stream. What fails for a reason that may pass is tried again; anything else is told, and
 * left until somebody asks again, since the migration's stream needs not stop for it. Used by the run's thread.
 */
final class Joins implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Joins.class);

    private final RunContext context;
    private final JoinRequests requests;
    private final Patience patience;

    @Nullable
    private JoinWorker worker;

    /** What the stream leaves out for that. */
    private Set<TableName> tables = Set.of();

    private boolean held;
    private long againNanos;

    Joins(RunContext context, PhaseMachine phases, JoinRequests requests) {
        this.context = context;
        this.requests = requests;
        this.patience = new Patience(context, phases);
    }

    /**
     * Begins with what is recorded. What was recorded while everything was read is read first: the stream does not leave it out yet, and
     * which part of it is wanted is not known.
     */
    void begin(ApplySession apply) throws SQLException {
        Set<TableName> pending = TableJoin.leftOut(context).pending();
        requests.settle(!pending.isEmpty());
        tables = new TreeSet<>(pending);
        tables.retainAll(apply.leftOut());
        tables.removeIf(context.plan().tables().negate());
        if (pending.isEmpty()) {
            Leftovers.removeAside(context.plan().source(), context.state().record());
        } else if (tables.equals(pending)) {
            launch();
        } else {
            requests.ask();
        }
    }

    private void launch() {
        JoinWorker next = new JoinWorker(context, tables);
        worker = next;
        next.start();
    }

    /** Looks after the attempt at hand; tells whether everything is to be read anew, because of a request or a table taken over. */
    boolean look(ApplySession apply) throws SQLException, InterruptedException {
        JoinWorker current = worker;
        if (current == null) {
            if (!held && requests.isOpen() && !requests.isAsked() && System.nanoTime() - againNanos >= 0) {
                launch();
                return false;
            }
            return requests.isAsked();
        }
        switch (current.state()) {
            case WORKING -> {
                return false;
            }
            case READY -> {
                handOver(current, apply);
                return true;
            }
            case NOTHING -> {
                return true;
            }
            case FAILED -> {
                failed(Objects.requireNonNull(current.failure()));
                return false;
            }
        }
        throw new IllegalStateException();
    }

    private void handOver(JoinWorker current, ApplySession apply) throws SQLException, InterruptedException {
        long started = System.nanoTime();
        apply.stop();
        try {
            Optional<Lsn> position = applied();
            boolean done = position.isPresent() && current.handOver(position.get());
            LOG.info(
                    "{}: tables {} the stream, which stood still for {} ms",
                    context.plan().name(),
                    done ? "have joined" : "could not yet join",
                    Duration.ofNanos(System.nanoTime() - started).toMillis());
        } catch (SQLException | RuntimeException e) {
            // What is recorded tells whether it was done.
            patience.tolerate(e);
        }
    }

    /** Gives where the stream stands; nothing if some of its appliers stand further than others, after a failure. */
    private Optional<Lsn> applied() throws SQLException {
        try (Connection target = context.plan().target().open()) {
            Lsn position = context.progress().read(target);
            return context.progress().isPartlyBeyond(target, position) ? Optional.empty() : Optional.of(position);
        }
    }

    /** Tells whether tables are being copied or followed. */
    boolean isActive() {
        return worker != null;
    }

    private void failed(Exception raw) throws SQLException {
        Throwable failure = WithoutValues.of(raw);
        close();
        worker = null;
        if (failure instanceof StandstillException) {
            // The pause ends this attempt anyhow; another one begins when it is over.
            return;
        }
        if (requests.isAsked()) {
            // Somebody has asked for these tables again, which is what the attempt has met with.
            LOG.info("{}: tables are copied anew ({})", context.plan().name(), failure.getMessage());
            return;
        }
        if (PassingFailure.is(failure)) {
            againNanos = System.nanoTime() + patience.tolerate(raw).toNanos();
            return;
        }
        held = true;
        String message = "tables cannot join the stream, which goes on without them: " + failure.getMessage()
                + ". Once the cause is gone, ask again (addTable or copyAfresh); the cutover waits for it";
        LOG.warn("{}: {}", context.plan().name(), message, failure);
        context.publish(new MigrationEvent.Warning(context.plan().name(), Instant.now(), message));
    }

    /** Ends the attempt at hand. */
    @Override
    public void close() {
        JoinWorker current = worker;
        if (current != null) {
            current.close();
        }
    }
}
