package dev.godwit.internal.preflight;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.plan.RefusedConnection;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.SystemIdentity;
import dev.godwit.result.Finding;
import dev.godwit.result.PreflightReport;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.SchemaPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs all checks and reports everything at once. A server that cannot be reached is a finding, too. */
public final class Preflight {
    private static final List<Check> CHECKS = List.of(
            new ServersCheck(),
            new SourceSettingsCheck(),
            new ReplicationConnectionCheck(),
            new SourcePrivilegesCheck(),
            new TargetPrivilegesCheck(),
            new EncodingCheck(),
            new ReplicaIdentityCheck(),
            new NamedTablesCheck(),
            new WantedTablesCheck(),
            new RowsCheck(),
            new ForeignKeysCheck(),
            new TableTreesCheck(),
            new TargetTablesCheck(),
            new SourceContentsCheck(),
            new LargeObjectsCheck(),
            new FenceCheck());

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
            findings.add(incomplete(plan, e));
        }
        return new PreflightReport(plan.name(), findings);
    }

    private static Finding incomplete(MigrationPlan plan, Exception e) {
        return Finding.blocker(
                "preflight",
                plan.name(),
                "the preflight could not be completed: " + e.getMessage(),
                "mend this first, then run the preflight again");
    }

    private static Optional<Connection> connect(MigrationPlan plan, boolean source, List<Finding> findings) {
        try {
            return Optional.of(source ? plan.source().open() : plan.target().open());
        } catch (SQLException | ReplicationException e) {
            String side = source ? "source" : "target";
            findings.add(unreachable(side + "-connection", side, e));
            return Optional.empty();
        }
    }

    /** Names what was refused and what to do about it. */
    static Finding unreachable(String code, String side, Exception e) {
        if (e instanceof RefusedConnection refused) {
            return Finding.blocker(code, side, refused.observed(), refused.remedy());
        }
        return Finding.blocker(
                code, side, e.getMessage() == null ? e.toString() : e.getMessage(), "see what the message says");
    }

    private static void runChecks(MigrationPlan plan, Connection source, Connection target, List<Finding> findings)
            throws SQLException {
        Catalog catalog = CatalogReader.read(source, plan.tables());
        CheckContext context = new CheckContext(
                plan,
                source,
                target,
                new CheckContext.Identities(identity(plan, true), identity(plan, false)),
                catalog,
                plan(plan, source, target),
                findings);
        for (Check check : CHECKS) {
            try {
                check.run(context);
            } catch (SQLException e) {
                // What the others find is still worth knowing.
                findings.add(incomplete(plan, e));
            }
        }
        if (catalog.tables().isEmpty()) {
            context.blocker(
                    "no-tables",
                    "source",
                    "no table of the source is selected (" + plan.tables() + ")",
                    "check the table filter and the source's database");
        }
    }

    private static SystemIdentity identity(MigrationPlan plan, boolean source) throws SQLException {
        return SystemIdentity.of(source ? plan.source() : plan.target());
    }

    private static SchemaPlan plan(MigrationPlan plan, Connection source, Connection target) throws SQLException {
        source.setAutoCommit(false);
        target.setAutoCommit(false);
        try {
            return plan.preparer().plan(source, target, plan.tables());
        } finally {
            source.rollback();
            target.rollback();
            source.setAutoCommit(true);
            target.setAutoCommit(true);
        }
    }
}
