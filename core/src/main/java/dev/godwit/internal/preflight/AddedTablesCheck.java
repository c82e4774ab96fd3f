package dev.godwit.internal.preflight;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.replication.SystemIdentity;
import dev.godwit.result.Finding;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the preflight asks of tables, asked of those that are added to a migration that is under way. */
public final class AddedTablesCheck {
    private static final List<Check> OF_THEM = List.of(
            new WalLevelCheck(),
            new ReplicationSlotsCheck(),
            new WalSendersCheck(),
            new SourceStandbyCheck(),
            new SourceReplicationCheck(),
            new SourceCreateCheck(),
            new SourceOwnerCheck(),
            new SourceSelectCheck(),
            new RowSecurityCheck(),
            new TargetCreateCheck(),
            new TargetReadOnlyCheck(),
            new TargetSchemaCreateCheck(),
            new TargetSchemaOwnerCheck(),
            new TargetReplicaRoleCheck(),
            new ReplicaIdentityCheck(),
            new UnusableIdentityCheck(),
            new GeneratedIdentityCheck(),
            new RowsCheck());
    private static final List<Check> OF_ALL = List.of(new ForeignKeysCheck(), new ParentLeftOutCheck());

    private static final String KIND = """
            SELECT c.relkind::text, c.relpersistence::text FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname || '.' || c.relname = ?
            """;

    private static final String FOREIGN_OWNER = """
            SELECT quote_ident(current_user) FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND c.relname = ? AND NOT pg_has_role(c.relowner, 'USAGE')
            """;

    private AddedTablesCheck() {}

    /**
     * Refuses tables that cannot be added, with everything that is in the way.
     *
     * @throws IllegalArgumentException if something is
     */
    public static void run(
            MigrationPlan plan, Connection source, Connection target, Set<TableName> known, Collection<Table> added)
            throws SQLException {
        List<String> refused = new ArrayList<>();
        boolean leaves = false;
        for (Table table : added) {
            if (table.kind() == Table.Kind.ORDINARY && table.persistence() == Table.Persistence.UNLOGGED) {
                refused.add("table " + table.name() + " is unlogged and so in no stream -> ALTER TABLE "
                        + table.name().quoted() + " SET LOGGED; -- on the source");
            }
            leaves |= table.kind() == Table.Kind.ORDINARY;
            foreignOwner(target, table, refused);
        }
        if (!leaves) {
            refused.add("table " + added.iterator().next().name()
                    + " is partitioned and has no partition yet -> add it when it has one");
        }
        for (Finding finding : findings(plan, source, target, known, added)) {
            if (finding.severity() == Finding.Severity.BLOCKER) {
                refused.add(finding.message() + " -> " + finding.remedy());
            }
        }
        if (!refused.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", refused));
        }
    }

    private static List<Finding> findings(
            MigrationPlan plan, Connection source, Connection target, Set<TableName> known, Collection<Table> added)
            throws SQLException {
        Set<TableName> names = added.stream().map(Table::name).collect(Collectors.toSet());
        Set<TableName> all = new TreeSet<>(known);
        all.addAll(names);
        CheckContext.Identities identities =
                new CheckContext.Identities(SystemIdentity.of(plan.source()), SystemIdentity.of(plan.target()));
        SchemaPlan nothing = new SchemaPlan(List.of(), List.of());
        List<Finding> findings = new ArrayList<>();
        Catalog ofThem = CatalogReader.read(source, names::contains);
        CheckContext theirs = new CheckContext(plan, source, target, identities, ofThem, nothing, findings);
        for (Check check : OF_THEM) {
            check.run(theirs);
        }
        Catalog ofAll = CatalogReader.read(source, all::contains);
        CheckContext everything = new CheckContext(plan, source, target, identities, ofAll, nothing, findings);
        for (Check check : OF_ALL) {
            check.run(everything);
        }
        return findings;
    }

    private static void foreignOwner(Connection target, Table table, List<String> refused) throws SQLException {
        try (PreparedStatement query = target.prepareStatement(FOREIGN_OWNER)) {
            query.setString(1, table.name().schema());
            query.setString(2, table.name().name());
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    refused.add("role " + row.getString(1) + " does not own table " + table.name()
                            + ", which exists on the target -> ALTER TABLE "
                            + table.name().quoted() + " OWNER TO " + row.getString(1));
                }
            }
        }
    }

    /** Says why a name is not that of a table that can be migrated. */
    public static String whyNot(Connection source, String name) throws SQLException {
        try (PreparedStatement query = source.prepareStatement(KIND)) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return "table " + name + " does not exist on the source; give its name as schema.table";
                }
                if (row.getString(2).equals("t")) {
                    return "table " + name + " is temporary and ends with its session";
                }
                return switch (row.getString(1)) {
                    case "f" ->
                        "table " + name + " is a foreign table and holds no rows of its own; create it on the target"
                                + " if the application needs it";
                    case "r", "p" ->
                        "table " + name + " is left out by the migration's table filter (or belongs to the system"
                                + " or to an extension); close the run, let the filter select it, and resume";
                    default -> name + " is no table";
                };
            }
        }
    }
}
