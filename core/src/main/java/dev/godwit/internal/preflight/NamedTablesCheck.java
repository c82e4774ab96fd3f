package dev.godwit.internal.preflight;

import dev.godwit.internal.plan.TableSelection;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.NearNames;
import dev.godwit.schema.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Each pattern of the table filter selects something: a name that is misspelt would leave a table behind in silence. */
final class NamedTablesCheck implements Check {
    /** What pg_class has besides tables, by its relkind. */
    private static final Map<String, String> OTHERS =
            Map.of("v", "a view", "m", "a materialized view", "f", "a foreign table", "S", "a sequence");

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.NAMED_TABLE, FindingCode.TABLE_PATTERN);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (!(context.plan().tables() instanceof TableSelection selection)) {
            return;
        }
        List<TableSelection.Wanted> missing = new ArrayList<>(selection.patterns());
        context.catalog()
                .tables()
                .forEach(table -> missing.removeIf(wanted -> wanted.matches().test(table.name())));
        if (missing.isEmpty()) {
            return;
        }
        Map<TableName, String> relations = relations(context);
        for (TableSelection.Wanted wanted : missing) {
            boolean found = relations.entrySet().stream()
                    .anyMatch(relation -> !OTHERS.containsKey(relation.getValue())
                            && wanted.matches().test(relation.getKey()));
            if (!found) {
                tell(context, wanted, relations);
            }
        }
    }

    private static void tell(CheckContext context, TableSelection.Wanted wanted, Map<TableName, String> relations) {
        if (wanted.name().isEmpty()) {
            context.add(
                    FindingCode.TABLE_PATTERN,
                    wanted.text(),
                    "pattern " + wanted.text() + " of the table filter matches no table of the source",
                    "a pattern that matches one",
                    "mend the pattern, or leave it out");
            return;
        }
        String other = OTHERS.get(relations.getOrDefault(wanted.name().get(), ""));
        List<String> tables = relations.entrySet().stream()
                .filter(relation -> !OTHERS.containsKey(relation.getValue()))
                .map(relation -> relation.getKey().toString())
                .toList();
        List<String> near = NearNames.of(wanted.name().get().toString(), tables);
        context.add(
                FindingCode.NAMED_TABLE,
                wanted.text(),
                "the table filter names " + wanted.text()
                        + (other == null
                                ? ", and the source has no such table"
                                : ", which is " + other + " and no table"),
                "a table of the source",
                near.isEmpty()
                        ? "name a table as the catalog has it, schema.table, or leave this one out"
                        : "did you mean " + String.join(" or ", near)
                                + "? Names are as the catalog has them, case kept");
    }

    private static Map<TableName, String> relations(CheckContext context) throws SQLException {
        Map<TableName, String> relations = new LinkedHashMap<>();
        for (List<String> row : CheckContext.rows(
                context.source(),
                "SELECT n.nspname, c.relname, c.relkind FROM pg_catalog.pg_class c"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'"
                        + " AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' ORDER BY 1, 2")) {
            relations.put(new TableName(row.get(0), row.get(1)), row.get(2));
        }
        return relations;
    }
}
