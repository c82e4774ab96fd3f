package dev.godwit.internal.verify;

import dev.godwit.result.RowDifference;
import dev.godwit.result.VerificationReport;
import dev.godwit.testkit.PostgresPair;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Random damages to the target of {@link DamagedDatabase}, each with what has to be found of it and how it is undone. */
public final class Damages {
    /** Column of table scalars, and what surely changes its value. */
    private static final String[][] SCALARS = {
        {"v", "CASE WHEN v IS NULL THEN '' WHEN v = '' THEN NULL ELSE v || ' ' END"},
        {"v", "CASE WHEN v = '' THEN ' ' ELSE '' || coalesce(upper(v), ' ') END"},
        {"n", "n + 0.0000000000000001"},
        {"n", "(n::text || '0')::numeric"},
        {"n", "'NaN'"},
        {"b", "b || '\\x00'::bytea"},
        {"b", "set_byte(b, 5, get_byte(b, 5) # 1)"},
        {"t", "t + interval '1 microsecond'"},
        {"t", "'infinity'"},
        {"d", "d + 1"},
        {"ok", "NOT ok"},
        {"ok", "NULL"},
        {"c", "'x'"},
        {"c", "' ' || left(c, 4)"},
        {"m", "CASE WHEN m = 'sad' THEN 'NULL' ELSE 'sad' END::mood"},
        {"m", "NULL"},
        {"u", "md5(u::text)::uuid"},
        {"i", "i + interval '1 microsecond'"},
        {"i", "i + interval '1 day' - interval '24 hours'"},
        {"cash", "cash + '$0.01'::money"},
        {"bits", "bits || B'0'"},
        {"bits", "B''"},
        {"net", "set_masklen(net, 31)"},
        {"small", "small + 1"},
        {"big", "-big"},
        {"nm", "'other'"},
        {"one", "'z'"},
        {"l", "l || 'x'"},
        {"l", "''"},
        {"r", "-r"},
        {"f", "'Infinity'"},
    };

    private static final String[][] NESTED = {
        {"a", "('[0:2]=' || a::text)::int[]"},
        {"a", "a || NULL::int"},
        {"a", "ARRAY[a[1], 0, a[3]]"},
        {"a", "'{}'"},
        {"fa", "ARRAY[fa[1], 0, fa[3]]"},
        {"fa", "ARRAY[fa[1], NULL, 'Infinity']"},
        {"fa", "('[2:4]=' || fa::text)::float8[]"},
        {"ta", "ARRAY[ta[1], NULL, NULL]"},
        {"ta", "ARRAY[ta[1] || ' ', '', NULL]"},
        {"ta", "ARRAY[ta[1], '', 'NULL']"},
        {"p", "ROW((p).a, -coalesce((p).b, 1), (p).c)::pair"},
        {"p", "ROW((p).a, (p).b, ARRAY['q', NULL])::pair"},
        {"p", "ROW('', (p).b, (p).c)::pair"},
        {"p", "NULL"},
        {"s", "shift(lower(s), upper(s), '[]')"},
        {"s", "shift(NULL, upper(s))"},
        {"s", "'empty'"},
        {"r", "int4range(lower(r), upper(r) + 1)"},
        {"j", "(j::text || ' ')::json"},
        {"j", "replace(j::text, 'x', 'X')::json"},
        {"jb", "jsonb_set(jb, '{k}', '1.0')"},
        {"tv", "tv || 'more'::tsvector"},
        {"pt", "point(pt[1], pt[0] + 0.5)"},
    };

    /**
     * What is done, what has to be found, and how it is undone.
     *
     * @param table in which; empty if it is in none
     * @param sql what is done to the target
     * @param expected what has to be {@link #found}
     * @param undo what makes it good on the target
     */
    public record Damage(String table, List<String> sql, List<String> expected, List<String> undo) {}

    private final PostgresPair pair;
    private final Random random;
    private final List<Supplier<Damage>> kinds;

    /** Of a database that is compared when all is carried over, positions of sequences too. */
    Damages(PostgresPair pair, Random random) {
        this(pair, random, true);
    }

    private Damages(PostgresPair pair, Random random, boolean carried) {
        this.pair = pair;
        this.random = random;
        this.kinds = List.of(
                () -> value("scalars", SCALARS, 40),
                () -> value("scalars", SCALARS, 40),
                () -> value("nested", NESTED, 30),
                () -> value("nested", NESTED, 30),
                this::lastBit,
                this::lastBitOfSingle,
                this::lastBitWithin,
                this::minusZero,
                this::missing,
                this::extra,
                this::duplicate,
                this::oneOfSeveral,
                this::emptyForNullWithoutKey,
                this::swappedRows,
                this::swappedColumns,
                this::otherKey,
                this::wide,
                this::inherited,
                this::partition,
                this::withoutColumns,
                this::amongMany,
                this::amongScattered,
                carried ? this::sequence : this::lostSequence,
                this::schema);
    }

    /** Of a database that is still being migrated, and written to on the source. */
    public static Damages whileMigrating(PostgresPair pair, Random random) {
        return new Damages(pair, random, false);
    }

    /** Draws one. */
    public Damage next() {
        return kinds.get(random.nextInt(kinds.size())).get();
    }

    private static Damage of(String table, List<String> sql, List<String> expected) {
        String name = table.equals(DamagedDatabase.ODD) ? "odd \"S.t.a\"b" : "public." + table;
        return new Damage(name, sql, expected, DamagedDatabase.refill(table));
    }

    private static String different(String table, Object key, String... columns) {
        return table + " DIFFERENT 1 [" + key + "] " + List.of(columns);
    }

    private Damage value(String table, String[][] changes, int rows) {
        String[] change = changes[random.nextInt(changes.length)];
        int id = 1 + random.nextInt(rows);
        return of(
                table,
                List.of("UPDATE " + table + " SET " + change[0] + " = " + change[1] + " WHERE id = " + id),
                List.of(different(table, id, change[0])));
    }

    private String read(String expression, String table, int id) {
        return pair.target()
                .query(pair.database(), "SELECT encode(" + expression + ", 'hex') FROM " + table + " WHERE id = " + id)
                .get(0);
    }

    private Damage lastBit() {
        int id = 3 + random.nextInt(37);
        long bits = Long.parseUnsignedLong(read("float8send(f)", "scalars", id), 16) ^ 1;
        String value = "'" + Double.longBitsToDouble(bits) + "'";
        return of(
                "scalars",
                List.of("UPDATE scalars SET f = " + value + " WHERE id = " + id),
                List.of(different("scalars", id, "f")));
    }

    private Damage lastBitOfSingle() {
        int id = 1 + random.nextInt(40);
        int bits = Integer.parseUnsignedInt(read("float4send(g)", "scalars", id), 16) ^ 1;
        String value = "'" + Float.intBitsToFloat(bits) + "'";
        return of(
                "scalars",
                List.of("UPDATE scalars SET g = " + value + " WHERE id = " + id),
                List.of(different("scalars", id, "g")));
    }

    /** In an array, a composite, a range. */
    private Damage lastBitWithin() {
        int id = 1 + random.nextInt(29);
        String[][] places = {
            {"fa", "fa[1]", "ARRAY[%s, NULL, 'NaN']"},
            {"p", "(p).b", "ROW((p).a, %s, (p).c)::pair"},
            {"s", "upper(s)", "shift(lower(s), %s)"},
            {"pt", "pt[0]", "point(%s, pt[1])"},
        };
        String[] place = places[random.nextInt(places.length)];
        long bits = Long.parseUnsignedLong(read("float8send(" + place[1] + ")", "nested", id), 16) ^ 1;
        String value = "'" + Double.longBitsToDouble(bits) + "'::float8";
        return of(
                "nested",
                List.of("UPDATE nested SET " + place[0] + " = " + place[2].formatted(value) + " WHERE id = " + id),
                List.of(different("nested", id, place[0])));
    }

    private Damage minusZero() {
        return of(
                "scalars",
                List.of("UPDATE scalars SET f = '-0' WHERE id = 40"),
                List.of(different("scalars", 40, "f")));
    }

    private Damage missing() {
        String table = random.nextBoolean() ? "scalars" : "nested";
        int id = 1 + random.nextInt(30);
        return of(
                table,
                List.of("DELETE FROM " + table + " WHERE id = " + id),
                List.of(table + " MISSING 1 [" + id + "] []"));
    }

    private Damage extra() {
        int id = 100 + random.nextInt(1000);
        return of(
                "scalars",
                List.of("INSERT INTO scalars (id, v) VALUES (" + id + ", 'x')"),
                List.of("scalars EXTRA 1 [" + id + "] []"));
    }

    private Damage duplicate() {
        int times = 1 + random.nextInt(2);
        return of(
                "keyless",
                List.of("INSERT INTO keyless SELECT k.* FROM (SELECT * FROM keyless WHERE a < 1000 OFFSET "
                        + random.nextInt(50) + " LIMIT 1) k, generate_series(1, " + times + ")"),
                List.of("keyless EXTRA " + times + " [] []"));
    }

    private Damage oneOfSeveral() {
        return of(
                "keyless",
                List.of("DELETE FROM keyless WHERE ctid = (SELECT ctid FROM keyless WHERE a < 1000 OFFSET "
                        + random.nextInt(50) + " LIMIT 1)"),
                List.of("keyless MISSING 1 [] []"));
    }

    private Damage emptyForNullWithoutKey() {
        return of(
                "keyless",
                List.of("UPDATE keyless SET b = '' WHERE ctid = (SELECT ctid FROM keyless WHERE b IS NULL LIMIT 1)"),
                List.of("keyless MISSING 1 [] []", "keyless EXTRA 1 [] []"));
    }

    private Damage swappedRows() {
        int one = 1 + random.nextInt(20);
        int other = 21 + random.nextInt(20);
        String update = "UPDATE " + DamagedDatabase.ODD + " SET id = ";
        return of(
                DamagedDatabase.ODD,
                List.of(
                        update + "-1 WHERE id = " + one,
                        update + one + " WHERE id = " + other,
                        update + other + " WHERE id = -1"),
                List.of(
                        different("t.a\"b", one, "c,\"d", "godwit_h", "h"),
                        different("t.a\"b", other, "c,\"d", "godwit_h", "h")));
    }

    private Damage swappedColumns() {
        int id = 1 + random.nextInt(40);
        return of(
                DamagedDatabase.ODD,
                List.of("UPDATE " + DamagedDatabase.ODD
                        + " SET \"c,\"\"d\" = godwit_h, godwit_h = \"c,\"\"d\" WHERE id = " + id),
                List.of(different("t.a\"b", id, "c,\"d", "godwit_h")));
    }

    private Damage otherKey() {
        int l = 1 + random.nextInt(60);
        return of(
                "texts",
                List.of("UPDATE texts SET k = k || ' ' WHERE l = " + l),
                List.of(
                        "texts MISSING 1 [" + DamagedDatabase.textKey(l) + ", " + l + "] []",
                        "texts EXTRA 1 [" + DamagedDatabase.textKey(l) + " , " + l + "] []"));
    }

    private Damage wide() {
        int column = 1 + random.nextInt(299);
        return of(
                "wide",
                List.of("UPDATE wide SET c" + column + " = " + (column % 2 == 0 ? "NULL" : "''") + " WHERE id = 2"),
                List.of(different("wide", 2, "c" + column)));
    }

    private Damage inherited() {
        int id = 1 + random.nextInt(5);
        return of(
                "child",
                List.of("UPDATE child SET w = w + 1 WHERE id = " + id),
                List.of("child MISSING 1 [] []", "child EXTRA 1 [] []"));
    }

    private Damage partition() {
        int which = random.nextInt(3);
        int id = which * 10 + random.nextInt(10);
        String table = "parted_" + which;
        return of(table, List.of("UPDATE parted SET v = NULL WHERE id = " + id), List.of(different(table, id, "v")));
    }

    private Damage withoutColumns() {
        return random.nextBoolean()
                ? of("nothing", List.of("INSERT INTO nothing DEFAULT VALUES"), List.of("nothing EXTRA 1 [] []"))
                : of(
                        "nothing",
                        List.of("DELETE FROM nothing WHERE ctid = (SELECT ctid FROM nothing LIMIT 1)"),
                        List.of("nothing MISSING 1 [] []"));
    }

    private Damage amongMany() {
        int id = 1 + random.nextInt(6000);
        return new Damage(
                "public.many",
                List.of("UPDATE many SET v = v || 'x' WHERE id = " + id),
                List.of(different("many", id, "v")),
                List.of("UPDATE many SET v = left(v, 32) WHERE id = " + id));
    }

    private Damage amongScattered() {
        int i = 1 + random.nextInt(6000);
        String key = pair.target()
                .query(pair.database(), "SELECT u FROM scattered WHERE v = 'v" + i + "'")
                .get(0);
        return new Damage(
                "public.scattered",
                List.of("DELETE FROM scattered WHERE v = 'v" + i + "'"),
                List.of("scattered MISSING 1 [" + key + "] []"),
                List.of("INSERT INTO scattered VALUES ('" + key + "', 'v" + i + "')"));
    }

    private Damage sequence() {
        String[][] changes = {
            {"upwards", "SELECT setval('upwards', 1)", "SELECT setval('upwards', 2)"},
            {"upwards", "SELECT setval('upwards', 2, false)", "SELECT setval('upwards', 2)"},
            {"downwards", "SELECT setval('downwards', -1)", "SELECT setval('downwards', -4)"},
        };
        String[] change = changes[random.nextInt(changes.length)];
        return new Damage("", List.of(change[1]), List.of("sequence " + change[0]), List.of(change[2]));
    }

    /** Positions are carried by the cutover only. */
    private Damage lostSequence() {
        return new Damage(
                "",
                List.of("DROP SEQUENCE downwards"),
                List.of("schema sequence \"public\".\"downwards\"", "sequence downwards"),
                List.of("CREATE SEQUENCE downwards INCREMENT -3"));
    }

    private Damage schema() {
        String[][] changes = {
            {"index public.many_v", "DROP INDEX many_v", "CREATE INDEX many_v ON many (v)"},
            {
                "index public.many_v",
                "DROP INDEX many_v; CREATE INDEX many_v ON many (v DESC)",
                "DROP INDEX many_v; CREATE INDEX many_v ON many (v)"
            },
            {
                "table \"public\".\"parent\"",
                "ALTER TABLE parent DROP CONSTRAINT parent_v",
                "ALTER TABLE parent ADD CONSTRAINT parent_v CHECK (v <> 'none')"
            },
            {"sequence \"public\".\"unused\"", "ALTER SEQUENCE unused INCREMENT 2", "ALTER SEQUENCE unused INCREMENT 1"
            },
        };
        String[] change = changes[random.nextInt(changes.length)];
        return new Damage("", List.of(change[1]), List.of("schema " + change[0]), List.of(change[2]));
    }

    /** Gives what a verification has found, in the words of {@link Damage#expected}. */
    public static List<String> found(VerificationReport report) {
        return Stream.of(
                        report.differences().stream().map(Damages::row),
                        report.schema().stream().map(difference -> "schema " + difference.object()),
                        report.sequences().stream()
                                .map(difference ->
                                        "sequence " + difference.sequence().name()))
                .flatMap(part -> part)
                .toList();
    }

    private static String row(RowDifference difference) {
        return difference.table().name() + " " + difference.kind() + " " + difference.rows() + " "
                + difference.key().values() + " " + difference.columns();
    }
}
