package dev.godwit.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the statements that make one table. */
final class TableWriter {

    private final Table table;
    private final String name;
    private final TableDetails.Clauses clauses;
    private final List<TableDetails.Constraint> constraints;
    private final Map<String, ObjectId> defaults;
    private final Map<String, String> foreignColumns;
    private final List<Table> parents;
    private final Map<String, Sequence> identities;
    private final int targetVersion;

    TableWriter(
            Table table,
            TableDetails details,
            Function<Table, List<Table>> parents,
            Map<String, Sequence> identities,
            int targetVersion) {
        this.table = table;
        this.name = table.name().quoted();
        this.clauses = details.clauses(table);
        this.constraints = details.constraints(table);
        this.defaults = details.defaults(table);
        this.foreignColumns = details.foreignColumns(table);
        this.parents = parents.apply(table);
        this.identities = identities;
        this.targetVersion = targetVersion;
    }

    /** The start of a statement about this table alone; about the whole tree where the server insists on it. */
    static String alter(Table table) {
        return "ALTER TABLE " + (table.kind() == Table.Kind.PARTITIONED ? "" : "ONLY ")
                + table.name().quoted();
    }

    /**
     * Whether a constraint is made with the table. One that calls functions has to wait: the functions may read tables
     * that are not filled yet. So has one that is not valid: there may be rows that violate it.
     */
    boolean isInline(TableDetails.Constraint constraint) {
        return constraint.isValid() && !constraint.callsFunctions() && (constraint.isLocal() || table.isPartition());
    }

    List<SchemaObject.Part> parts() {
        List<SchemaObject.Part> parts = new ArrayList<>();
        ObjectId id = new ObjectId(ObjectId.CLASS, table.oid());
        for (Column column : table.columns()) {
            ObjectId defaultId = defaults.get(column.name());
            if (defaultId != null && hasOwnDefault(column)) {
                parts.add(part(
                        SchemaObject.of(
                                ObjectKind.DEFAULT,
                                defaultId,
                                TableName.quote(column.name()) + " of " + name,
                                setDefault(column)),
                        id));
            }
        }
        for (TableDetails.Constraint constraint : constraints) {
            if (isInline(constraint)) {
                parts.add(part(
                        SchemaObject.of(
                                ObjectKind.CHECK,
                                constraint.id(),
                                constraint.name() + " on " + name,
                                "ALTER TABLE " + name + " ADD " + constraint.clause() + ";"),
                        id));
            }
        }
        return parts;
    }

    private static SchemaObject.Part part(SchemaObject object, ObjectId table) {
        return new SchemaObject.Part(object.at(SchemaStage.BEFORE_COPY).requiring(table), false);
    }

    String sql(Set<ObjectId> separate) {
        List<String> statements = new ArrayList<>();
        statements.add(create(separate));
        for (Column column : table.columns()) {
            statements.addAll(changes(column, separate));
        }
        if (joinsLater()) {
            table.parents()
                    .forEach(
                            parent -> statements.add("ALTER TABLE ONLY " + name + " INHERIT " + parent.quoted() + ";"));
        }
        if (table.isPartition()) {
            statements.add("ALTER TABLE ONLY " + table.parents().get(0).quoted() + " ATTACH PARTITION " + name + " "
                    + clauses.bound() + ";");
        }
        switch (table.replicaIdentity().setting()) {
            case FULL -> statements.add("ALTER TABLE ONLY " + name + " REPLICA IDENTITY FULL;");
            case NOTHING -> {
                // A foreign table has no other.
                if (clauses.server() == null) {
                    statements.add("ALTER TABLE ONLY " + name + " REPLICA IDENTITY NOTHING;");
                }
            }
            case DEFAULT, INDEX -> {}
        }
        return String.join("\n", statements);
    }

    private String create(Set<ObjectId> separate) {
        List<String> elements = new ArrayList<>();
        for (Column column : table.columns()) {
            if (isListed(column, separate)) {
                elements.add(element(column, separate));
            }
        }
        for (TableDetails.Constraint constraint : constraints) {
            if (isInline(constraint) && !separate.contains(constraint.id())) {
                elements.add(constraint.clause());
            }
        }
        boolean unlogged = table.persistence() == Table.Persistence.UNLOGGED
                // An unlogged partitioned table is a contradiction that 18 refuses.
                && (table.kind() == Table.Kind.ORDINARY || targetVersion < 180_000);
        StringBuilder sql = new StringBuilder("CREATE ")
                .append(unlogged ? "UNLOGGED " : "")
                .append(clauses.server() == null ? "TABLE " : "FOREIGN TABLE ")
                .append(name);
        String list = elements.stream().collect(Collectors.joining(",\n    ", " (\n    ", "\n)"));
        if (clauses.type() != null) {
            sql.append(" OF ").append(clauses.type()).append(elements.isEmpty() ? "" : list);
        } else {
            sql.append(elements.isEmpty() ? " ()" : list);
        }
        if (!table.isPartition() && !table.parents().isEmpty() && !joinsLater()) {
            sql.append(table.parents().stream()
                    .map(TableName::quoted)
                    .collect(Collectors.joining(", ", "\nINHERITS (", ")")));
        }
        append(sql, "\nPARTITION BY ", clauses.partitionKey(), "");
        append(sql, "\nUSING ", clauses.method(), "");
        append(sql, "\nWITH (", clauses.options(), ")");
        append(sql, "\n", clauses.server(), "");
        return sql.append(";").toString();
    }

    private static void append(StringBuilder sql, String before, @Nullable String clause, String after) {
        if (clause != null) {
            sql.append(before).append(clause).append(after);
        }
    }

    /** A partition lists all columns, as its order may differ; a typed table those with something to say. */
    private boolean isListed(Column column, Set<ObjectId> separate) {
        if (clauses.type() != null) {
            return !attributes(column, separate).isEmpty();
        }
        return table.isPartition() || column.attributes().isLocal();
    }

    private String element(Column column, Set<ObjectId> separate) {
        String typed = clauses.type() != null ? " WITH OPTIONS" : " " + column.type() + collation(column);
        return TableName.quote(column.name()) + typed + attributes(column, separate);
    }

    private static String collation(Column column) {
        String collation = column.attributes().collationOrNull();
        return collation == null ? "" : " COLLATE " + collation;
    }

    private String attributes(Column column, Set<ObjectId> separate) {
        StringBuilder sql = new StringBuilder();
        boolean constrained = constraints.stream().anyMatch(c -> column.name().equals(c.column()));
        if (column.notNull() && !constrained) {
            sql.append(" NOT NULL");
        }
        Sequence identity = identities.get(column.name());
        if (identity != null) {
            sql.append(" GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME ")
                    .append(identity.name().quoted())
                    .append(" ")
                    .append(SequenceObjects.options(identity.options()))
                    .append(")");
        }
        String expression = column.expressionOrNull();
        if (expression != null) {
            ObjectId id = defaults.get(column.name());
            switch (column.generated()) {
                case STORED ->
                    sql.append(" GENERATED ALWAYS AS (").append(expression).append(") STORED");
                case VIRTUAL ->
                    sql.append(" GENERATED ALWAYS AS (").append(expression).append(")");
                case NONE -> {
                    if (id == null || !separate.contains(id)) {
                        sql.append(" DEFAULT ").append(expression);
                    }
                }
            }
        } else if (!table.isPartition()
                && inherited(column).stream()
                        .anyMatch(of -> of.expressionOrNull() != null && of.generated() == Column.Generated.NONE)) {
            sql.append(" DEFAULT NULL");
        }
        return sql.toString();
    }

    /** A table that had everything itself before it became a child keeps the order of its columns only if it becomes one again. */
    private boolean joinsLater() {
        if (table.isPartition()
                || parents.isEmpty()
                || parents.size() != table.parents().size()
                || !table.columns().stream()
                        .allMatch(column -> column.attributes().isLocal())
                || !constraints.stream().allMatch(TableDetails.Constraint::isLocal)) {
            return false;
        }
        List<String> inherited = parents.stream()
                .flatMap(parent -> parent.columns().stream())
                .map(Column::name)
                .distinct()
                .toList();
        List<String> first = table.columns().stream()
                .map(Column::name)
                .limit(inherited.size())
                .toList();
        return !first.equals(inherited);
    }

    private boolean isInherited(Column column) {
        return !table.isPartition() && !column.attributes().isLocal();
    }

    private List<Column> inherited(Column column) {
        return parents.stream()
                .flatMap(parent -> parent.column(column.name()).stream())
                .toList();
    }

    private boolean hasOwnDefault(Column column) {
        return column.generated() == Column.Generated.NONE
                && column.expressionOrNull() != null
                && (!isInherited(column)
                        || inherited(column).stream()
                                .noneMatch(of -> Objects.equals(of.expressionOrNull(), column.expressionOrNull())));
    }

    private String setDefault(Column column) {
        return "ALTER TABLE ONLY " + name + " ALTER COLUMN " + TableName.quote(column.name()) + " SET DEFAULT "
                + column.expressionOrNull() + ";";
    }

    private List<String> changes(Column column, Set<ObjectId> separate) {
        List<String> statements = new ArrayList<>();
        String alter = "ALTER TABLE ONLY " + name + " ALTER COLUMN " + TableName.quote(column.name());
        if (isInherited(column)) {
            ObjectId id = defaults.get(column.name());
            if (id != null && hasOwnDefault(column) && !separate.contains(id)) {
                statements.add(setDefault(column));
            } else if (column.expressionOrNull() == null
                    && inherited(column).stream().anyMatch(of -> of.expressionOrNull() != null)) {
                statements.add(alter + " DROP DEFAULT;");
            }
            boolean constrained =
                    constraints.stream().anyMatch(c -> column.name().equals(c.column()));
            if (column.notNull() && !constrained && inherited(column).stream().noneMatch(Column::notNull)) {
                statements.add(alter + " SET NOT NULL;");
            }
        }
        String foreign = foreignColumns.get(column.name());
        if (foreign != null) {
            statements.add("ALTER FOREIGN TABLE ONLY " + name + " ALTER COLUMN " + TableName.quote(column.name())
                    + " OPTIONS (" + foreign + ");");
        }
        Column.Attributes attributes = column.attributes();
        if (attributes.storageOrNull() != null) {
            statements.add(alter + " SET STORAGE " + attributes.storageOrNull() + ";");
        }
        if (attributes.compressionOrNull() != null) {
            statements.add(alter + " SET COMPRESSION " + attributes.compressionOrNull() + ";");
        }
        if (attributes.statisticsTarget() >= 0) {
            statements.add(alter + " SET STATISTICS " + attributes.statisticsTarget() + ";");
        }
        if (!attributes.options().isEmpty()) {
            statements.add(alter + " SET (" + String.join(", ", attributes.options()) + ");");
        }
        return statements;
    }
}
