package dev.godwit.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tables, with what belongs to them and is made at another time: checks that must wait, identity, row security. */
final class TableObjects {

    private final Catalog catalog;
    private final TableDetails details;
    private final int targetVersion;
    private final Map<TableName, Table> tables = new HashMap<>();
    private final Map<TableName, Map<String, Sequence>> identities = new HashMap<>();
    private final List<String> notes = new ArrayList<>();

    TableObjects(Catalog catalog, TableDetails details, int targetVersion) {
        this.catalog = catalog;
        this.details = details;
        this.targetVersion = targetVersion;
        catalog.tables().forEach(table -> tables.put(table.name(), table));
        for (Sequence sequence : catalog.sequences()) {
            sequence.owner()
                    .filter(Sequence.Owner::isIdentity)
                    .ifPresent(owner -> identities
                            .computeIfAbsent(owner.table(), name -> new HashMap<>())
                            .put(owner.column(), sequence));
        }
    }

    /** What of the tables could not be written. */
    List<String> notes() {
        return notes;
    }

    List<SchemaObject> objects() {
        List<SchemaObject> objects = new ArrayList<>();
        for (Table table : catalog.tables()) {
            // The extension makes its configuration tables itself.
            if (table.configurationOrNull() == null) {
                objects.addAll(objects(table));
            }
        }
        return objects;
    }

    private List<SchemaObject> objects(Table table) {
        if (details.clauses(table).hasOids()) {
            notes.add("table " + table.name() + ": its hidden column oid (WITH OIDS), which PostgreSQL 12 and later"
                    + " do not have");
        }
        List<SchemaObject> objects = new ArrayList<>();
        ObjectId id = new ObjectId(ObjectId.CLASS, table.oid());
        TableWriter writer = new TableWriter(table, details, this::parent, identityColumns(table), targetVersion);
        ObjectKind kind = details.clauses(table).server() == null ? ObjectKind.TABLE : ObjectKind.FOREIGN_TABLE;
        objects.add(
                SchemaObject.of(kind, id, table.name().quoted(), writer::sql).with(writer.parts()));
        for (TableDetails.Constraint constraint : details.constraints(table)) {
            if (!writer.isInline(constraint) && constraint.isLocal()) {
                objects.add(SchemaObject.of(
                                ObjectKind.CHECK,
                                constraint.id(),
                                constraint.name() + " on " + table.name().quoted(),
                                "ALTER TABLE " + table.name().quoted() + " ADD " + constraint.clause() + ";")
                        .requiring(id));
            }
        }
        addAtCutover(table, id, objects);
        return objects;
    }

    private void addAtCutover(Table table, ObjectId id, List<SchemaObject> objects) {
        String always = table.columns().stream()
                .filter(column -> column.identity() == Column.Identity.ALWAYS)
                .filter(column -> identityColumns(table).containsKey(column.name()))
                .map(column -> TableWriter.alter(table) + " ALTER COLUMN " + TableName.quote(column.name())
                        + " SET GENERATED ALWAYS;")
                .collect(Collectors.joining("\n"));
        if (!always.isEmpty()) {
            objects.add(SchemaObject.of(
                            ObjectKind.IDENTITY, id.aspect(1), table.name().quoted(), always)
                    .requiring(id));
        }
        String security = (table.rowSecurity().enabled()
                        ? "ALTER TABLE " + table.name().quoted() + " ENABLE ROW LEVEL SECURITY;"
                        : "")
                + (table.rowSecurity().forced()
                        ? "ALTER TABLE " + table.name().quoted() + " FORCE ROW LEVEL SECURITY;"
                        : "");
        if (!security.isEmpty()) {
            objects.add(SchemaObject.of(
                            ObjectKind.ROW_SECURITY, id.aspect(2), table.name().quoted(), security)
                    .requiring(id));
        }
    }

    private Map<String, Sequence> identityColumns(Table table) {
        Map<String, Sequence> own = identities.getOrDefault(table.name(), Map.of());
        if (table.isPartition() && !own.isEmpty() && targetVersion >= 170_000) {
            own.keySet()
                    .forEach(column -> addNote("identity of column " + column + " of table " + table.name()
                            + ": since PostgreSQL 17 a partition has no identity of its own"));
            return Map.of();
        }
        return own;
    }

    private void addNote(String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    private List<Table> parent(Table table) {
        return table.parents().stream()
                .filter(tables::containsKey)
                .map(name -> tables.get(name))
                .toList();
    }
}
