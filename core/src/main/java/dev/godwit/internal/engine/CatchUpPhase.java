package dev.godwit.internal.engine;

import dev.godwit.internal.state.TableRecord;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.apply.Subscriber;
import dev.godwit.schema.SchemaStage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From copied tables to a stream that is being applied. Foreign keys are built when all tables stand at one point: at once
 * where one snapshot served them all, else after the stream has passed the latest snapshot; and after appliers of which some were
 * ahead when they were stopped have met. Nothing is applied meanwhile, so that neither waits for the other's locks.
 */
final class CatchUpPhase {
    private static final Logger LOG = LoggerFactory.getLogger(CatchUpPhase.class);
    private static final Duration WAIT = Duration.ofMillis(500);
    private static final Duration TELL_EVERY = Duration.ofSeconds(30);

    /** What is built once all tables stand at one point. */
    static final List<SchemaStage> STAGES = List.of(SchemaStage.FOREIGN_KEYS, SchemaStage.AFTER_COPY);

    /** Marks that everything of the plan is built that is built before the cutover. */
    static final String BUILT = "everything before the cutover";

    private final RunContext context;
    private final ApplySession apply;

    CatchUpPhase(RunContext context, ApplySession apply) {
        this.context = context;
        this.apply = apply;
    }

    /** Gives the running subscriber. */
    void run() throws SQLException, InterruptedException {
        Lsn latest = Lsn.ZERO;
        for (TableRecord table : context.state().tables().copied().values()) {
            latest = Lsn.max(latest, table.syncedLsn());
        }
        if (latest.isAfter(applied())) {
            follow(latest, "the latest table's snapshot");
        }
        Optional<Lsn> apart = furthest();
        while (apart.isPresent()) {
            follow(apart.get(), "where the furthest of several appliers stands");
            apart = furthest();
        }
        if (!context.state().doneSteps().contains(BUILT)) {
            build();
        }
        new TableJoin(context).complete();
        apply.start();
    }

    /** Applies up to a position, at least. */
    private void follow(Lsn position, String what) throws SQLException, InterruptedException {
        Subscriber subscriber = apply.start();
        long told = System.nanoTime();
        while (!subscriber.awaitApplied(position, WAIT)) {
            context.tuning().check();
            if (System.nanoTime() - told >= TELL_EVERY.toNanos()) {
                told = System.nanoTime();
                LOG.info("{}: catching up to {}, {}", context.plan().name(), position, what);
            }
        }
        apply.stop();
    }

    /** Once: what is new on the source later is the user's to bring over, except with tables that join. */
    private void build() throws SQLException, InterruptedException {
        for (SchemaStage stage : STAGES) {
            context.schema().execute(context.plan().target(), context.schemaPlan(), stage);
        }
        new UnstreamedData(context).copyReferringTables();
        try (Connection target = context.plan().target().open()) {
            context.state().marks().recordStep(target, BUILT);
        }
    }

    /** Gives up to where some appliers have committed what others have not: a child's row, say, and not its parent's. */
    private Optional<Lsn> furthest() throws SQLException {
        try (Connection target = context.plan().target().open()) {
            Lsn applied = context.progress().read(target);
            return Optional.of(context.progress().furthest(target, applied)).filter(lsn -> lsn.isAfter(applied));
        }
    }

    private Lsn applied() throws SQLException {
        try (Connection target = context.plan().target().open()) {
            return context.progress().read(target);
        }
    }
}
