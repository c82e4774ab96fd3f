package dev.godwit.ddl;

import static dev.godwit.ddl.DdlKind.pauses;
import static dev.godwit.ddl.DdlKind.reported;
import static dev.godwit.ddl.DdlKind.unharmed;

import dev.godwit.ddl.DdlKind.Duty;
import dev.godwit.ddl.DdlKind.Outcome;
import dev.godwit.ddl.DdlKind.UnderLocks;
import java.util.List;
import java.util.stream.Stream;

/** The kinds. */
final class DdlKinds {
    private static final String INTO_CREATED = "INSERT INTO created VALUES (900); INSERT INTO t (id) VALUES (900)";

    private DdlKinds() {}

    static List<DdlKind> all() {
        return Stream.of(
                        columns(),
                        names(),
                        constraints(),
                        what(),
                        partitions(),
                        tables(),
                        loosened(),
                        Stream.of(
                                unharmed("vacuum_full", "VACUUM FULL t"),
                                unharmed("cluster", "CLUSTER t").setup("ALTER TABLE t CLUSTER ON t_pkey"),
                                unharmed("truncate", "TRUNCATE t").write("INSERT INTO t (id) VALUES (900)"),
                                unharmed("analyze", "ANALYZE t"),
                                unharmed("reindex", "REINDEX TABLE t"),
                                unharmed("grant", "GRANT SELECT ON t TO PUBLIC").underLocks(UnderLocks.PASSES)))
                .flatMap(kinds -> kinds)
                .toList();
    }

    private static Stream<DdlKind> columns() {
        return Stream.of(
                pauses("add_column", "ALTER TABLE t ADD note text", "\"note\": text on the source")
                        .write("INSERT INTO t (id, note) VALUES (900, 'n'); UPDATE t SET note = 'u' WHERE id = 1"),
                pauses("add_default", "ALTER TABLE t ADD level int DEFAULT 7", "\"level\": integer on the source")
                        .then(Duty.COPY_AFRESH),
                pauses(
                                "add_volatile",
                                "ALTER TABLE t ADD stamp timestamptz DEFAULT clock_timestamp()",
                                "\"stamp\": timestamp with time zone on the source")
                        .then(Duty.COPY_AFRESH),
                pauses("drop_column", "ALTER TABLE t DROP n", "\"n\": dropped, renamed or generated on the source"),
                pauses("rename_column", "ALTER TABLE t RENAME v TO w", "\"w\": character varying(10) on the source"),
                pauses("retype", "ALTER TABLE t ALTER n TYPE bigint", "\"n\": bigint on the source, integer on")
                        .write("INSERT INTO t VALUES (900, 'v', 5000000000)")
                        .then(Duty.ACKNOWLEDGE),
                pauses("retype_using", "ALTER TABLE t ALTER n TYPE text USING 'n' || n", "\"n\": text on the source")
                        .write("INSERT INTO t VALUES (900, 'v', 'n900')")
                        .then(Duty.COPY_AFRESH),
                // No row is rewritten, and none needs to be copied again.
                pauses("widen", "ALTER TABLE t ALTER v TYPE text", "\"v\": text on the source, character varying(10)")
                        .write("INSERT INTO t VALUES (900, 'longer than ten', 1)"),
                pauses(
                                "identity_taken",
                                "ALTER TABLE t REPLICA IDENTITY NOTHING",
                                "replica identity: the source's table")
                        .write("INSERT INTO t (id) VALUES (900)")
                        .mended(DdlKind.ON_SOURCE + "ALTER TABLE t REPLICA IDENTITY DEFAULT"),
                new DdlKind(
                        "add_again",
                        Outcome.PAUSES,
                        "they were [id, v, n]",
                        List.of(),
                        List.of("ALTER TABLE t DROP v", "ALTER TABLE t ADD v varchar(10)"),
                        "INSERT INTO t (id, v) VALUES (900, 'again')",
                        List.of("ALTER TABLE t DROP v", "ALTER TABLE t ADD v varchar(10)"),
                        Duty.COPY_AFRESH_TO_GO_ON,
                        UnderLocks.WAITS),
                pauses(
                                "drop_expression",
                                "ALTER TABLE t ALTER g DROP EXPRESSION",
                                "\"g\": integer with values of its own on the source")
                        .setup("ALTER TABLE t ADD g int GENERATED ALWAYS AS (n * 2) STORED")
                        .write("INSERT INTO t (id, g) VALUES (900, 5)"),
                // The values of its own rows are the same on both sides, which nobody can know who sees the file
                // replaced.
                reported(
                                "add_generated",
                                "ALTER TABLE t ADD g int GENERATED ALWAYS AS (n * 2) STORED",
                                "it was rewritten while its columns were changed")
                        .then(Duty.ACKNOWLEDGE));
    }

    private static Stream<DdlKind> names() {
        return Stream.of(
                pauses(
                                "rename_table",
                                "ALTER TABLE t RENAME TO u",
                                "table s_rename_table.t: it is named s_rename_table.u")
                        .write("INSERT INTO u (id) VALUES (900); DELETE FROM u WHERE id = 2"),
                pauses(
                                "move_table",
                                "ALTER TABLE t SET SCHEMA s_move_table_to",
                                "it is named s_move_table_to.t on the source")
                        .setup("CREATE SCHEMA s_move_table_to")
                        .write("INSERT INTO s_move_table_to.t (id) VALUES (900)")
                        .mended("ALTER TABLE t SET SCHEMA s_move_table_to"),
                // An unlucky way to replace a table: its name is another one's by now.
                new DdlKind(
                        "exchange_tables",
                        Outcome.PAUSES,
                        "nobody can tell which is which",
                        List.of("CREATE TABLE u (id int PRIMARY KEY, v varchar(10), n int)"),
                        List.of("ALTER TABLE t RENAME TO x", "ALTER TABLE u RENAME TO t", "ALTER TABLE x RENAME TO u"),
                        "INSERT INTO u (id) VALUES (900); INSERT INTO t (id) VALUES (7)",
                        List.of(
                                DdlKind.ON_SOURCE + "ALTER TABLE t RENAME TO x",
                                DdlKind.ON_SOURCE + "ALTER TABLE u RENAME TO t",
                                DdlKind.ON_SOURCE + "ALTER TABLE x RENAME TO u"),
                        Duty.NONE,
                        UnderLocks.WAITS),
                new DdlKind(
                        "exchange_columns",
                        Outcome.PAUSES,
                        "they were [id, v, n, m]",
                        List.of("ALTER TABLE t ADD m int"),
                        List.of(
                                "ALTER TABLE t RENAME n TO x",
                                "ALTER TABLE t RENAME m TO n",
                                "ALTER TABLE t RENAME x TO m"),
                        "INSERT INTO t (id, n) VALUES (900, 1)",
                        List.of(
                                "ALTER TABLE t RENAME n TO x",
                                "ALTER TABLE t RENAME m TO n",
                                "ALTER TABLE t RENAME x TO m"),
                        Duty.COPY_AFRESH_TO_GO_ON,
                        UnderLocks.WAITS),
                reported("rename_constraint", "ALTER TABLE t RENAME CONSTRAINT t_pkey TO key_of_t", "t_pkey"));
    }

    private static Stream<DdlKind> constraints() {
        return Stream.of(
                reported("add_check", "ALTER TABLE t ADD CONSTRAINT positive CHECK (id > 0)", "positive"),
                reported("not_null", "ALTER TABLE t ALTER v SET NOT NULL", "NOT NULL")
                        .write("INSERT INTO t (id, v) VALUES (900, 'v')"),
                reported("set_default", "ALTER TABLE t ALTER v SET DEFAULT 'new'", "'new'"),
                reported("create_index", "CREATE INDEX by_n ON t (n)", "by_n"),
                reported("drop_index", "DROP INDEX by_n", "by_n").setup("CREATE INDEX by_n ON t (n)"),
                reported("add_unique", "ALTER TABLE t ADD CONSTRAINT once UNIQUE (n)", "once"),
                reported("change_key", "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (id, n)", "PRIMARY KEY")
                        .write("INSERT INTO t (id, n) VALUES (900, 1); DELETE FROM t WHERE id = 2"),
                reported("add_reference", "ALTER TABLE t ADD CONSTRAINT ref FOREIGN KEY (n) REFERENCES p", "ref")
                        .setup("CREATE TABLE p (id int PRIMARY KEY)", "INSERT INTO p SELECT generate_series(1, 1000)"),
                reported("identity_full", "ALTER TABLE t REPLICA IDENTITY FULL", "replica identity")
                        .underLocks(UnderLocks.WAITS));
    }

    private static Stream<DdlKind> what() {
        return Stream.of(
                reported(
                                "trigger",
                                "CREATE TRIGGER shouting BEFORE INSERT ON t FOR EACH ROW EXECUTE PROCEDURE shout()",
                                "trigger shouting")
                        .setup("CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"),
                reported("view", "CREATE VIEW seen AS SELECT v FROM t", "view s_view.seen")
                        .underLocks(UnderLocks.UNDOES),
                reported("function", "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'", "s_function.one()")
                        .underLocks(UnderLocks.UNDOES),
                reported("sequence", "ALTER SEQUENCE s INCREMENT BY 10", "increment")
                        .setup("CREATE SEQUENCE s")
                        .underLocks(UnderLocks.UNDOES),
                reported("label", "ALTER TYPE mood ADD VALUE 'bad'", "'bad'")
                        .setup("CREATE TYPE mood AS ENUM ('good')", "ALTER TABLE t ADD m mood")
                        .underLocks(UnderLocks.UNDOES),
                reported("domain", "ALTER DOMAIN positive ADD CONSTRAINT above CHECK (VALUE > 0)", "above")
                        .setup("CREATE DOMAIN positive AS int", "ALTER TABLE t ADD p positive"),
                reported("security", "ALTER TABLE t ENABLE ROW LEVEL SECURITY", "row security"));
    }

    private static Stream<DdlKind> partitions() {
        String[] parts = {
            "CREATE TABLE p (id int PRIMARY KEY, n int) PARTITION BY RANGE (id)",
            "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100)",
            "CREATE TABLE p2 (id int PRIMARY KEY, n int)",
            "INSERT INTO p SELECT i, i FROM generate_series(1, 5) i",
            "INSERT INTO p2 SELECT i, i FROM generate_series(101, 105) i"
        };
        return Stream.of(
                reported("attach", "ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (100) TO (200)", "p2")
                        .setup(parts)
                        .write(
                                "INSERT INTO p VALUES (150, 1); UPDATE p SET id = 160 WHERE id = 1; INSERT INTO t (id) VALUES (900)"),
                reported("detach", "ALTER TABLE p DETACH PARTITION p1", "p1")
                        .setup(parts)
                        .write("INSERT INTO p1 VALUES (50, 1); INSERT INTO t (id) VALUES (900)"),
                reported(
                                "partition",
                                "CREATE TABLE created PARTITION OF p FOR VALUES FROM (100) TO (1000)",
                                "s_partition.created")
                        .setup(parts)
                        .expecting(Outcome.CREATED)
                        .write("INSERT INTO p VALUES (900, 1); INSERT INTO t (id) VALUES (900)")
                        .mended()
                        .then(Duty.ADD_TABLE));
    }

    private static Stream<DdlKind> tables() {
        return Stream.of(
                reported("create_table", "CREATE TABLE created (id int PRIMARY KEY)", "s_create_table.created")
                        .expecting(Outcome.CREATED)
                        .write(INTO_CREATED)
                        .mended()
                        .then(Duty.ADD_TABLE)
                        .underLocks(UnderLocks.UNDOES),
                reported("drop_table", "DROP TABLE t", "s_drop_table.t").write("SELECT 1"),
                new DdlKind(
                        "create_again",
                        Outcome.REPORTED,
                        "it was dropped and created again",
                        List.of(),
                        List.of("DROP TABLE t", DdlKind.TABLE),
                        "INSERT INTO t (id) VALUES (900)",
                        List.of(),
                        Duty.COPY_AFRESH,
                        UnderLocks.WAITS));
    }

    /** What the source takes by now and the target does not. */
    private static Stream<DdlKind> loosened() {
        return Stream.of(
                reported("use_label", "ALTER TYPE mood ADD VALUE 'bad'", "22P02")
                        .setup("CREATE TYPE mood AS ENUM ('good')", "ALTER TABLE t ADD m mood")
                        .expecting(Outcome.FAILS)
                        .write("INSERT INTO t (id, m) VALUES (900, 'bad')")
                        .underLocks(UnderLocks.UNDOES),
                reported("drop_not_null", "ALTER TABLE t ALTER r DROP NOT NULL", "\"r\"")
                        .setup("ALTER TABLE t ADD r int NOT NULL DEFAULT 1")
                        .expecting(Outcome.FAILS)
                        .write("INSERT INTO t (id, r) VALUES (900, NULL)"),
                reported("drop_check", "ALTER TABLE t DROP CONSTRAINT small", "small")
                        .setup("ALTER TABLE t ADD CONSTRAINT small CHECK (n < 900)")
                        .expecting(Outcome.FAILS)
                        .write("INSERT INTO t (id, n) VALUES (900, 900)"),
                reported("drop_unique", "ALTER TABLE t DROP CONSTRAINT once", "once")
                        .setup("ALTER TABLE t ADD CONSTRAINT once UNIQUE (n)")
                        .expecting(Outcome.FAILS)
                        .write("INSERT INTO t (id, n) VALUES (900, 5)"));
    }
}
