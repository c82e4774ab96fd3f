package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.database.DatabaseCreation;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.plan.ObjectNames;
import dev.godwit.internal.preflight.Preflight;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.internal.state.StateStore;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.SystemIdentity;
import dev.godwit.replication.apply.ProgressTable;
import dev.godwit.result.MigrationException;
import dev.godwit.result.PreflightReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** How a process comes to own a migration: a new one after its preflight, or one that an earlier process has recorded. */
final class Registration {
    private Registration() {}

    /** Registers a new migration; refuses if one of this name is recorded. */
    static StateStore register(MigrationPlan plan, EventDispatcher events) throws SQLException {
        if (peekOrReport(plan).isPresent()) {
            throw new MigrationException(
                    null,
                    "migration '" + plan.name()
                            + "' is recorded on the target already; resume() goes on with it, cleanUp()"
                            + " forgets it",
                    null);
        }
        events.publish(new MigrationEvent.PhaseChanged(
                plan.name(), Instant.now(), MigrationPhase.CREATED, MigrationPhase.PREFLIGHT));
        PreflightReport report = Preflight.run(plan);
        report.throwIfBlocked();
        report.findings()
                .forEach(finding -> events.publish(new MigrationEvent.FindingReported(
                        plan.name(),
                        Instant.now(),
                        finding.severity().name(),
                        finding.code(),
                        finding.object(),
                        finding.message(),
                        finding.remedy())));
        SystemIdentity source = SystemIdentity.of(plan.source());
        String suffix = suffix();
        MigrationRecord record = new MigrationRecord(
                source.systemIdentifier(),
                source.timeline(),
                source.database(),
                ObjectNames.of(plan.name(), suffix),
                ObjectNames.of(plan.name(), suffix),
                MigrationPhase.SCHEMA,
                null,
                null,
                null,
                null);
        Optional<DatabaseCreation> created = DatabaseCreation.createIfMissing(plan);
        try {
            return StateStore.register(plan.target(), plan.name(), record);
        } catch (SQLException | RuntimeException e) {
            created.ifPresent(database -> database.dropIfUnused(e));
            throw e;
        }
    }

    /** Takes over a recorded migration; registers it if none is recorded. */
    static StateStore takeOver(MigrationPlan plan, EventDispatcher events) throws SQLException {
        Optional<MigrationRecord> record = peekOrReport(plan);
        if (record.isEmpty()) {
            return register(plan, events);
        }
        if (record.get().phase() == MigrationPhase.CANCELLED) {
            throw new MigrationException(
                    MigrationPhase.CANCELLED,
                    "migration '" + plan.name()
                            + "' was "
                            + (record.get().isTakenOver()
                                    ? "cut over and then given up, and the process died before all of it was removed;"
                                            + " cleanUp() removes the rest, and leaves the target as it is"
                                    : "cancelled, and the process died before all of it was removed; cleanUp() removes"
                                            + " the rest, after which it may be started anew"),
                    null);
        }
        // Behind the cutover it is only the way back that needs the source, and says itself what it lacks.
        if (!record.get().phase().isCutOver()) {
            requireFollowable(SourceIdentity.of(plan.name(), plan.source(), record.get()));
            new WantedParts(plan).requireUnchanged();
        }
        StateStore state = StateStore.succeed(plan.target(), plan.name());
        try (Connection target = plan.target().open()) {
            if (state.record().consistentLsn() != null) {
                ProgressTable.takeOver(target, plan.name(), state.ownership().epoch());
            }
            return state;
        } catch (SQLException | RuntimeException e) {
            state.close();
            throw e;
        }
    }

    /** A target that cannot be reached is reported together with whatever else the preflight finds. */
    private static Optional<MigrationRecord> peekOrReport(MigrationPlan plan) throws SQLException {
        try {
            return peek(plan);
        } catch (SQLException e) {
            Preflight.run(plan).throwIfBlocked();
            throw e;
        }
    }

    static Optional<MigrationRecord> peek(MigrationPlan plan) throws SQLException {
        try (Connection target = plan.target().open()) {
            return StateStore.peek(target, plan.name());
        } catch (SQLException e) {
            if (plan.surroundings().database().isMissing(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Tells whether the target database is still to be created, or was dropped. */
    static boolean isTargetMissing(MigrationPlan plan) throws SQLException {
        try (Connection target = plan.target().open()) {
            return target.isClosed();
        } catch (SQLException e) {
            if (plan.surroundings().database().isMissing(e)) {
                return true;
            }
            throw e;
        }
    }

    private static void requireFollowable(SourceIdentity source) {
        source.another().ifPresent(what -> {
            throw new MigrationException(
                    null,
                    what
                            + ". Changes cannot be followed from one to the other: use the same source, or clean up"
                            + " and start anew",
                    null);
        });
        source.promoted().ifPresent(what -> {
            throw new MigrationException(
                    null,
                    what + ", and commits that it had not received may be on the target. Clean up,"
                            + " drop and create the target database, and start anew",
                    null);
        });
    }

    /** Makes sure that a server of the way back is the one that it was when that began: behind the cutover both hold what counts. */
    static void requireSameSource(String migration, ServerConnections from, MigrationRecord record)
            throws SQLException {
        SourceIdentity source = SourceIdentity.of(migration, from, record);
        source.another().or(source::promoted).ifPresent(what -> {
            throw new MigrationException(
                    MigrationPhase.REVERSE_SYNC,
                    what + ". There is no way back between what is not the same any more;"
                            + " finalizeMigration() gives it up, and removes what it keeps on the new server",
                    null);
        });
    }

    private static String suffix() {
        byte[] random = new byte[4];
        ThreadLocalRandom.current().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
