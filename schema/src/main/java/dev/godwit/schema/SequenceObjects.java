package dev.godwit.schema;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Sequences that are not behind an identity column, and the columns that own them. */
final class SequenceObjects {

    private SequenceObjects() {}

    static List<SchemaObject> of(Catalog catalog) {
        Map<TableName, Table> tables =
                catalog.tables().stream().collect(Collectors.toMap(Table::name, Function.identity()));
        List<SchemaObject> objects = new ArrayList<>();
        for (Sequence sequence : catalog.sequences()) {
            Sequence.Owner owner = sequence.ownerOrNull();
            if (sequence.isExtensions() || (owner != null && owner.isIdentity())) {
                continue;
            }
            ObjectId id = new ObjectId(ObjectId.CLASS, sequence.oid());
            String name = sequence.name().quoted();
            objects.add(SchemaObject.of(
                    ObjectKind.SEQUENCE,
                    id,
                    name,
                    "CREATE " + (sequence.isUnlogged() ? "UNLOGGED " : "") + "SEQUENCE " + name + " AS "
                            + sequence.options().type() + " " + options(sequence.options()) + ";"));
            if (owner != null) {
                objects.add(SchemaObject.of(
                                ObjectKind.SEQUENCE_OWNER,
                                id.aspect(1),
                                name,
                                "ALTER SEQUENCE " + name + " OWNED BY "
                                        + owner.table().quoted() + "." + TableName.quote(owner.column()) + ";")
                        .requiring(
                                id,
                                new ObjectId(
                                        ObjectId.CLASS,
                                        requireNonNull(tables.get(owner.table()))
                                                .oid())));
            }
        }
        return objects;
    }

    /** The options of CREATE SEQUENCE, all of them, without the type. */
    static String options(Sequence.Options options) {
        return "START WITH " + options.start() + " INCREMENT BY " + options.increment() + " MINVALUE " + options.min()
                + " MAXVALUE " + options.max() + " CACHE " + options.cache() + (options.cycle() ? " CYCLE" : "");
    }
}
