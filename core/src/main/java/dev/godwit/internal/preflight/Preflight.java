package dev.godwit.internal.preflight;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.plan.RefusedConnection;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.SystemIdentity;
import dev.godwit.replication.UnsupportedVersionException;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.PreflightReport;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.SchemaPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs all checks and reports everything at once. A server that cannot be reached is a finding, too. */
public final class Preflight {
    static final List<Check> CHECKS =
            Stream.concat(ServerChecks.ALL.stream(), ObjectChecks.ALL.stream()).toList();

    private Preflight() {}

    public static PreflightReport run(MigrationPlan plan) {
        List<Finding> findings = new ArrayList<>();
        Optional<Connection> source = connect(plan, true, findings);
        Optional<Connection> target = connect(plan, false, findings);
        try (Connection from = source.orElse(null);
                Connection to = target.orElse(null)) {
            if (from != null && to != null) {
                runChecks(plan, from, to, findings);
            }
        } catch (SQLException | ReplicationException e) {
            findings.add(FailedCheck.finding(FindingCode.PREFLIGHT, plan.name(), "reading the catalog", e));
        }
        return new PreflightReport(plan.name(), findings);
    }

    private static Optional<Connection> connect(MigrationPlan plan, boolean source, List<Finding> findings) {
        try {
            return Optional.of(source ? plan.source().open() : openTarget(plan));
        } catch (UnsupportedVersionException e) {
            findings.add(source ? SourceVersionCheck.tooOld(e.major()) : TargetVersionCheck.tooOld(e.major()));
            return Optional.empty();
        } catch (SQLException | ReplicationException e) {
            findings.add(
                    source
                            ? unreachable(FindingCode.SOURCE_CONNECTION, "source", e)
                            : unreachable(FindingCode.TARGET_CONNECTION, "target", e));
            return Optional.empty();
        }
    }

    /** Where the target database is still to be created, its server is looked at from another one. */
    private static Connection openTarget(MigrationPlan plan) throws SQLException {
        try {
            return plan.target().open();
        } catch (SQLException e) {
            if (plan.surroundings().database().isMissing(e)) {
                return plan.surroundings().database().openMaintenance();
            }
            throw e;
        }
    }

    /** Names what was refused and what to do about it. */
    static Finding unreachable(FindingCode code, String side, Exception e) {
        String required = "a session from where Godwit runs";
        if (e instanceof RefusedConnection refused) {
            return Finding.of(code, side, refused.observed(), required, refused.remedy());
        }
        String observed = e.getMessage() == null ? e.toString() : e.getMessage();
        return Finding.of(code, side, observed, required, "see what the message says");
    }

    private static void runChecks(MigrationPlan plan, Connection source, Connection target, List<Finding> findings)
            throws SQLException {
        Catalog catalog = CatalogReader.read(source, plan.tables());
        Optional<SchemaPlan> schemaPlan = plan(plan, source, target, findings);
        CheckContext context = new CheckContext(
                plan,
                source,
                target,
                new CheckContext.Identities(identity(plan, true), identity(plan, false)),
                catalog,
                schemaPlan.orElse(new SchemaPlan(List.of(), List.of())),
                findings);
        // What becomes of objects is not known without a plan.
        run(schemaPlan.isPresent() ? CHECKS : ServerChecks.ALL, context);
    }

    /** What one cannot answer does not keep the others from being asked. */
    static void run(List<Check> checks, CheckContext context) throws SQLException {
        for (Check check : checks) {
            if (check.needsTargetDatabase() && !context.targetExists()) {
                continue;
            }
            try {
                check.run(context);
            } catch (SQLException | ReplicationException e) {
                FindingCode code = check.isRequired() ? FindingCode.PREFLIGHT : FindingCode.CHECK_SKIPPED;
                context.findings().add(FailedCheck.finding(code, check.title(), "the check of " + check.title(), e));
                restore(context.source());
                restore(context.target());
            }
        }
    }

    /** Back to what the next check begins with; a session that has ended says so there. */
    private static void restore(Connection session) throws SQLException {
        if (!session.isClosed() && !session.getAutoCommit()) {
            session.rollback();
            session.setAutoCommit(true);
        }
    }

    private static SystemIdentity identity(MigrationPlan plan, boolean source) throws SQLException {
        try {
            return SystemIdentity.of(source ? plan.source() : plan.target());
        } catch (SQLException e) {
            if (source || !plan.surroundings().database().isMissing(e)) {
                throw e;
            }
            SystemIdentity server =
                    SystemIdentity.of(plan.surroundings().database().maintenance());
            return new SystemIdentity(
                    server.systemIdentifier(),
                    server.timeline(),
                    plan.surroundings().database().name(),
                    CheckContext.NOT_CREATED,
                    server.version());
        }
    }

    private static Optional<SchemaPlan> plan(
            MigrationPlan plan, Connection source, Connection target, List<Finding> findings) throws SQLException {
        source.setAutoCommit(false);
        target.setAutoCommit(false);
        try {
            return Optional.of(plan.planSchema(source, target, plan.tables()));
        } catch (IllegalStateException | IllegalArgumentException e) {
            findings.add(Finding.of(
                    FindingCode.SCHEMA_PREPARER,
                    "schema",
                    String.valueOf(e.getMessage()),
                    "a plan of what is to be done to the target's schema",
                    "see what the message says"));
            return Optional.empty();
        } finally {
            source.rollback();
            target.rollback();
            source.setAutoCommit(true);
            target.setAutoCommit(true);
        }
    }
}
