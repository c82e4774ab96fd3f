package dev.godwit.names;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Tables in several schemas, with names of all kinds for all that they have. Used by one thread. */
final class NamedTables {
    private static final int TABLES_PER_SCHEMA = 10;
    private static final int ROWS = 20;

    /**
     * A table, all names between quotes.
     *
     * @param name its name, with that of the schema
     * @param id the key
     * @param value another column
     */
    record Named(String name, String id, String value) {}

    private final List<Named> tables = new ArrayList<>();
    private final List<String> created = new ArrayList<>();

    /** Makes so many names, and as many tables as they suffice for. */
    NamedTables(int names, Random random) {
        RandomNames some = new RandomNames(random);
        List<String> plain = new ArrayList<>();
        created.add("CREATE TABLE bystander (id int PRIMARY KEY)");
        created.add("INSERT INTO bystander VALUES (1)");
        String schema = "";
        while (plain.size() < names) {
            if (tables.size() % TABLES_PER_SCHEMA == 0) {
                schema = name(some, plain);
                created.add("CREATE SCHEMA " + schema);
            }
            create(schema, some, plain);
        }
    }

    private void create(String schema, RandomNames some, List<String> plain) {
        Named table = new Named(schema + "." + name(some, plain), name(some, plain), name(some, plain));
        String type = schema + "." + name(some, plain);
        created.add("CREATE TYPE " + type + " AS ENUM (" + literal(some, plain) + ", 'the other')");
        created.add("CREATE TABLE " + table.name() + " (" + table.id() + " serial CONSTRAINT " + name(some, plain)
                + " PRIMARY KEY, " + table.value() + " text, " + name(some, plain) + " " + type
                + " DEFAULT 'the other')");
        created.add("CREATE INDEX " + name(some, plain) + " ON " + table.name() + " (" + table.value() + ")");
        created.add("INSERT INTO " + table.name() + " (" + table.value() + ") SELECT " + literal(some, plain)
                + " || i FROM generate_series(1, " + ROWS + ") i");
        tables.add(table);
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String name(RandomNames some, List<String> plain) {
        String name = some.next(plain);
        plain.add(name);
        return quoted(name);
    }

    private static String literal(RandomNames some, List<String> plain) {
        return "'" + some.next(plain).replace("'", "''") + "'";
    }

    List<String> created() {
        return created;
    }

    List<Named> tables() {
        return tables;
    }

    /**
     * Each table has something of each kind; every other one is emptied first.
     *
     * @param truncated whether by TRUNCATE, of which the stream of version 10 does not tell
     */
    List<String> changes(boolean truncated) {
        List<String> changes = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            Named table = tables.get(i);
            if (i % 2 == 0) {
                changes.add((truncated ? "TRUNCATE " : "DELETE FROM ") + table.name());
            }
            changes.add("INSERT INTO " + table.name() + " (" + table.id() + ", " + table.value()
                    + ") SELECT 1000 + i, 'new ' || i" + " FROM generate_series(1, 5) i");
            changes.add("UPDATE " + table.name() + " SET " + table.value() + " = 'of table " + i + "' WHERE "
                    + table.id() + " % 3 = 0");
            changes.add("UPDATE " + table.name() + " SET " + table.id() + " = 2000 WHERE " + table.id() + " = 1001");
            changes.add("DELETE FROM " + table.name() + " WHERE " + table.id() + " = 1002");
        }
        return changes;
    }
}
