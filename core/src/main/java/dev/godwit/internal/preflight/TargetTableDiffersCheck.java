package dev.godwit.internal.preflight;

import dev.godwit.internal.schema.TargetSchemaCheck;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A target that the user has prepared has everything that rows need. */
final class TargetTableDiffersCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_TABLE_DIFFERS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (!context.schemaPlan().steps().isEmpty()) {
            return;
        }
        Set<TableName> names =
                context.catalog().tables().stream().map(Table::name).collect(Collectors.toSet());
        Catalog target = context.targetExists()
                ? CatalogReader.read(context.target(), names::contains)
                : new Catalog(context.identities().target().version(), List.of(), List.of(), List.of(), List.of());
        for (String problem : TargetSchemaCheck.problems(context.catalog(), target)) {
            context.add(
                    FindingCode.TARGET_TABLE_DIFFERS,
                    "target",
                    problem,
                    "the source's tables, columns, types and sequences on the target, as no schema preparer creates them",
                    "prepare the target (pg_dump --schema-only of the source tells how), or use SchemaPreparers.fromCatalog()");
        }
    }
}
