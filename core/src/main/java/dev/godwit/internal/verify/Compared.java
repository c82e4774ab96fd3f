package dev.godwit.internal.verify;

import dev.godwit.internal.schema.KeyEquality;
import dev.godwit.replication.TableRows;
import dev.godwit.schema.Column;
import dev.godwit.schema.ReplicaIdentity;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table that both sides have, and the SQL that names its rows.
 *
 * @param name its name
 * @param columns the compared columns, by name: their place may differ between the sides
 * @param key the key's columns; empty without a key
 * @param keyTypes their types as the source has them
 * @param ordered how many of them, from the first on, are ordered alike on both sides
 * @param forms how the columns are written, by name
 * @param equality how the columns are compared with a value on either side, by name
 * @param from what is selected from on either side, conditions included as far as they are the migration's
 * @param problemOrNull why not all of it can be compared
 * @param bytes its size on the source
 * @param rows the rows that the source's statistics estimate; -1 if they know nothing
 */
record Compared(
        TableName name,
        List<String> columns,
        List<String> key,
        List<String> keyTypes,
        int ordered,
        Map<String, TypeForms.Form> forms,
        Map<String, Map<Side, KeyEquality>> equality,
        Map<Side, String> from,
        @Nullable String problemOrNull,
        long bytes,
        long rows) {

    private static final Set<Long> ORDERED_ALIKE = Set.of(
            17L, // bytea
            20L, // int8
            21L, // int2
            23L, // int4
            26L, // oid
            1082L, // date
            1083L, // time
            1114L, // timestamp
            1184L, // timestamptz
            1700L, // numeric
            2950L // uuid
            );

    /** How types are written on either side. */
    record Types(TypeForms source, TypeForms target) {
        TypeForms.Form common(Column one, Column other) {
            TypeForms.Form there = source.form(one.typeOid(), isModified(one));
            TypeForms.Form here = target.form(other.typeOid(), isModified(other));
            return there.name().equals(here.name()) ? there : source.general();
        }

        Map<Side, KeyEquality> equality(Column one, Column other) {
            return Map.of(Side.SOURCE, source.equality(one.typeOid()), Side.TARGET, target.equality(other.typeOid()));
        }

        /** A char without a length is the only one whose form depends on it, and written this way. */
        private static boolean isModified(Column column) {
            return !column.type().endsWith("bpchar");
        }
    }

    /**
     * Puts together what both catalogs say.
     *
     * @param part which part of it is migrated
     * @param bytes its size on the source
     */
    static Compared of(Table source, Table target, TableRows part, Types types, long bytes) {
        List<String> columns = new ArrayList<>();
        List<String> lacking = new ArrayList<>();
        Map<String, TypeForms.Form> forms = new HashMap<>();
        Map<String, Map<Side, KeyEquality>> equality = new HashMap<>();
        for (Column column : source.columns()) {
            // Of a part of the columns the generated ones may be computed from others.
            if (part.columns().isEmpty() || part.columns().contains(column.name())) {
                Optional<Column> other = target.column(column.name());
                if (other.isEmpty()) {
                    lacking.add(column.name());
                } else {
                    columns.add(column.name());
                    forms.put(column.name(), types.common(column, other.get()));
                    equality.put(column.name(), types.equality(column, other.get()));
                }
            }
        }
        columns.sort(null);
        List<String> key = key(source).stream().allMatch(columns::contains) ? key(source) : List.of();
        Map<Side, String> from = new EnumMap<>(Side.class);
        from.put(Side.SOURCE, from(source, source, part.conditionOrNull()));
        // A row on the target that does not meet the condition is one too many.
        from.put(Side.TARGET, from(target, source, null));
        return new Compared(
                source.name(),
                List.copyOf(columns),
                key,
                key.stream()
                        .map(name -> source.column(name).orElseThrow().type())
                        .toList(),
                ordered(key, source, target),
                Map.copyOf(forms),
                Map.copyOf(equality),
                from,
                lacking.isEmpty() ? null : "the target's table lacks column " + String.join(", ", lacking),
                bytes,
                source.size().estimatedRows());
    }

    /** Text is not: the servers may have other collations. */
    private static int ordered(List<String> key, Table source, Table target) {
        int ordered = 0;
        for (String name : key) {
            long type = source.column(name).map(Column::typeOid).orElse(0L);
            if (!ORDERED_ALIKE.contains(type)
                    || target.column(name).map(Column::typeOid).orElse(0L) != type) {
                break;
            }
            ordered++;
        }
        return ordered;
    }

    private static List<String> key(Table table) {
        if (!table.primaryKey().isEmpty()) {
            return table.primaryKey();
        }
        ReplicaIdentity identity = table.replicaIdentity();
        return identity.setting() == ReplicaIdentity.Setting.INDEX && identity.suffices()
                ? identity.keyColumns()
                : List.of();
    }

    private static String from(Table table, Table source, @Nullable String condition) {
        String only = (table.kind() == Table.Kind.PARTITIONED ? "" : "ONLY ")
                + table.name().quoted();
        String own = source.configuration()
                .map(rest -> "(SELECT * FROM " + only + " " + rest.condition() + ") AS configuration")
                .orElse(only);
        return condition == null ? own : "(SELECT * FROM " + own + " WHERE (" + condition + ")) AS wanted";
    }

    /** Tells whether the rows come from one table without more ado, so that they have a place in it. */
    boolean isAlone(Side side) {
        return ("ONLY " + name.quoted()).equals(from.get(side));
    }

    boolean hasKey() {
        return !key.isEmpty();
    }

    /** Gives an expression for the text of some columns, the same on both sides if and only if their values are. */
    String text(List<String> some) {
        return Sql.concat(some.stream()
                .map(name -> form(name).writer().arguments(Sql.identifier(name)))
                .toList());
    }

    /** Tells how a column is compared with a value. */
    KeyEquality equality(Side side, String column) {
        return Objects.requireNonNull(known(column, equality).get(side));
    }

    private TypeForms.Form form(String column) {
        return known(column, forms);
    }

    private <T> T known(String column, Map<String, T> columns) {
        T found = columns.get(column);
        if (found == null) {
            throw new IllegalArgumentException("table " + name + " has no column " + column);
        }
        return found;
    }
}
