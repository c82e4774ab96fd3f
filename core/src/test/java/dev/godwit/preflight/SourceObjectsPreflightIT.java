package dev.godwit.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Provokes;
import dev.godwit.TableFilter;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the preflight finds of the objects of a source; each finding is gone once the source is mended. */
@PostgresPairTest(source = "15", target = "17")
final class SourceObjectsPreflightIT {
    private static final String THE_REMEDY = "as it says";

    /** Each line: what is wrong, the kind of finding, its object, what it says, and what mends it. */
    @Provokes({
        FindingCode.REPLICA_IDENTITY,
        FindingCode.UNUSABLE_IDENTITY,
        FindingCode.GENERATED_IDENTITY,
        FindingCode.SLOW_IDENTITY,
        FindingCode.FOREIGN_TABLE,
        FindingCode.FOREIGN_PARTITION,
        FindingCode.UNLOGGED_TABLE,
        FindingCode.INVALID_INDEX,
        FindingCode.DEFERRABLE_CONSTRAINT,
        FindingCode.MATERIALIZED_VIEW,
        FindingCode.SEQUENCE_END,
        FindingCode.CATALOG_REFERENCE,
        FindingCode.TEXT_ONLY_TYPE,
        FindingCode.WIDE_ROWS,
        FindingCode.RESERVED_SCHEMA,
        FindingCode.EXTENSION_CONFIGURATION,
        FindingCode.SCHEMA_NOT_CARRIED,
        FindingCode.SOURCE_EVENT_TRIGGER,
        FindingCode.PUBLICATION_REFUSED
    })
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CREATE TABLE log (line text) | REPLICA_IDENTITY | public.log | UPDATE and DELETE on table public.log would fail | as it says
            CREATE TABLE n (id int PRIMARY KEY); ALTER TABLE n REPLICA IDENTITY NOTHING | REPLICA_IDENTITY | public.n | \
            has REPLICA IDENTITY NOTHING | as it says
            CREATE TABLE d (id int PRIMARY KEY DEFERRABLE) | UNUSABLE_IDENTITY | public.d | deferrable | as it says
            CREATE TABLE g (a int, id int GENERATED ALWAYS AS (a * 2) STORED PRIMARY KEY) | GENERATED_IDENTITY | public.g | \
            generated column | as it says
            CREATE TABLE f (line text); ALTER TABLE f REPLICA IDENTITY FULL; \
            UPDATE pg_class SET reltuples = 5000000 WHERE relname = 'f' | SLOW_IDENTITY | public.f | about 5000000 rows | \
            ALTER TABLE f ADD COLUMN id int UNIQUE NOT NULL
            CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE far (id int) SERVER s | \
            FOREIGN_TABLE | public.far | no rows of its own | DROP FOREIGN TABLE far
            CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; \
            CREATE TABLE p (id int) PARTITION BY RANGE (id); \
            CREATE FOREIGN TABLE far PARTITION OF p FOR VALUES FROM (1) TO (2) SERVER s | FOREIGN_PARTITION | public.far | \
            partition public.far of table public.p | ALTER TABLE p DETACH PARTITION far
            CREATE UNLOGGED TABLE u (id int PRIMARY KEY) | UNLOGGED_TABLE | public.u | in no stream | as it says
            CREATE TABLE i (id int PRIMARY KEY, v int); CREATE INDEX i_v ON i (v); \
            UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i_v'::regclass | INVALID_INDEX | public.i_v | \
            of table public.i is invalid | as it says
            CREATE TABLE c (id int PRIMARY KEY, v int CONSTRAINT once UNIQUE DEFERRABLE INITIALLY DEFERRED) | \
            DEFERRABLE_CONSTRAINT | public.c | constraint once of table public.c (unique) is deferrable | as it says
            CREATE MATERIALIZED VIEW m AS SELECT 1 AS one | MATERIALIZED_VIEW | public.m | just before writers wait | \
            REFRESH MATERIALIZED VIEW m WITH NO DATA
            CREATE TABLE s (id serial PRIMARY KEY); SELECT setval('s_id_seq', 2000000000) | SEQUENCE_END | public.s_id_seq | \
            93 % of its numbers up to 2147483647, of column id of table public.s, | as it says
            CREATE TABLE s (id int PRIMARY KEY, n bigint); CREATE SEQUENCE q AS smallint INCREMENT -1 OWNED BY s.n; \
            SELECT setval('q', -32000) | SEQUENCE_END | public.q | 97 % of its numbers up to -32768 are used | \
            ALTER SEQUENCE q AS int NO MINVALUE
            CREATE TABLE r (id int PRIMARY KEY, "C" regclass) | CATALOG_REFERENCE | public.r."C" | of type regclass | as it says
            CREATE TABLE r (id int PRIMARY KEY, c regtype[]) | CATALOG_REFERENCE | public.r.c | of type regtype[] | as it says
            CREATE TABLE x (id int PRIMARY KEY, a aclitem[]) | TEXT_ONLY_TYPE | public.x | a (aclitem[]) | ALTER TABLE x DROP COLUMN a
            CREATE TABLE w (id int PRIMARY KEY, b text); ALTER TABLE w ALTER b SET STORAGE EXTERNAL; \
            INSERT INTO w VALUES (1, repeat('x', 20000000)); ANALYZE w | WIDE_ROWS | public.w | MB of large values on average | \
            TRUNCATE w; ANALYZE w
            CREATE SCHEMA godwit; CREATE TABLE godwit.mine (id int) | RESERVED_SCHEMA | godwit | \
            holds 1 relation(s), godwit.mine for one | DROP SCHEMA godwit CASCADE
            CREATE TABLE conf (id int PRIMARY KEY, v int); ALTER EXTENSION plpgsql ADD TABLE conf; \
            UPDATE pg_extension SET extconfig = ARRAY['conf'::regclass::oid], extcondition = ARRAY['WHERE v > 10'] \
            WHERE extname = 'plpgsql' | \
            EXTENSION_CONFIGURATION | public.conf | (WHERE v > 10) | ALTER EXTENSION plpgsql DROP TABLE conf
            CREATE PUBLICATION mystery | SCHEMA_NOT_CARRIED | schema | publication mystery: publications are | DROP PUBLICATION mystery
            CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; \
            CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f() | SOURCE_EVENT_TRIGGER | e | calls public.f() | \
            as it says
            CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$nobody publishes$$;END'; \
            CREATE EVENT TRIGGER e ON ddl_command_start WHEN TAG IN ('DROP PUBLICATION') EXECUTE FUNCTION f() | \
            PUBLICATION_REFUSED | publication | drop a publication: the server refused with SQLSTATE P0001 | \
            ALTER EVENT TRIGGER e DISABLE
            CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; \
            CREATE EVENT TRIGGER e ON sql_drop WHEN TAG IN ('DROP PUBLICATION') EXECUTE FUNCTION f() | SOURCE_EVENT_TRIGGER | e | \
            calls public.f() | as it says
            """)
    void findsWhatIsWrongAndNothingWhenItIsMended(
            String wrong, FindingCode code, String object, String observed, String mend, PostgresPair pair) {
        PostgresServer source = pair.source();
        source.execute("app", Assessment.TABLE);
        Assessment.of(pair).hasNone(code);
        execute(source, wrong);
        Finding finding = Assessment.of(pair).only(code);
        assertThat(finding.object()).isEqualTo(object);
        assertThat(finding.observed()).contains(observed);
        source.execute("app", mend.equals(THE_REMEDY) ? finding.remedy() : mend);
        Assessment.of(pair).hasNone(code);
    }

    /** One by one, each in a transaction of its own. */
    private static void execute(PostgresServer source, String statements) {
        source.execute("app", statements.split("; "));
    }

    @Test
    void saysHowOftenTheApplicationWouldFail(PostgresPair pair) {
        pair.source().execute("app", "CREATE TABLE log (line text)", "INSERT INTO log VALUES ('a'), ('b'), ('c')");
        assertThat(Assessment.of(pair).only(FindingCode.REPLICA_IDENTITY).observed())
                .contains("(none are counted there so far)");
        pair.source().execute("app", "UPDATE log SET line = 'd'", "DELETE FROM log WHERE line = 'd'");
        assertThat(Assessment.of(pair).only(FindingCode.REPLICA_IDENTITY).observed())
                .contains("it has updated 3 and deleted 3 rows there");
    }

    @Test
    void findsNothingWrongWithWhatOnlyLooksLikeIt(PostgresPair pair) {
        pair.source()
                .execute(
                        "app",
                        "CREATE TABLE small (line text)",
                        "ALTER TABLE small REPLICA IDENTITY FULL",
                        "CREATE SEQUENCE around CYCLE MAXVALUE 10",
                        "SELECT setval('around', 10)",
                        "CREATE SEQUENCE fresh MAXVALUE 10",
                        "CREATE TABLE k (id int PRIMARY KEY, o oid, n name, EXCLUDE (id WITH =))",
                        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
                        "CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION f()",
                        "CREATE EVENT TRIGGER off ON ddl_command_end EXECUTE FUNCTION f()",
                        "ALTER EVENT TRIGGER off DISABLE");
        Assessment found = Assessment.of(pair);
        found.hasNone(FindingCode.SLOW_IDENTITY);
        found.hasNone(FindingCode.SEQUENCE_END);
        found.hasNone(FindingCode.CATALOG_REFERENCE);
        found.hasNone(FindingCode.DEFERRABLE_CONSTRAINT);
        found.hasNone(FindingCode.SOURCE_EVENT_TRIGGER);
    }

    @Provokes(FindingCode.TABLESPACE)
    @Test
    void findsTablespaces(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.execute("app", Assessment.TABLE);
        source.execute("app", "SET allow_in_place_tablespaces = on", "CREATE TABLESPACE fast LOCATION ''");
        try {
            Assessment.of(pair).hasNone(FindingCode.TABLESPACE);
            source.execute("app", "CREATE TABLE quick (id int PRIMARY KEY) TABLESPACE fast");
            source.execute("app", "CREATE INDEX ON item (name) TABLESPACE fast");
            Finding finding = Assessment.of(pair).only(FindingCode.TABLESPACE);
            assertThat(finding.object()).isEqualTo("fast");
            assertThat(finding.observed()).contains("1 table(s) and 1 index(es) lie in tablespace fast");
            assertThat(finding.remedy()).startsWith("ALTER TABLE public.").contains(" SET TABLESPACE fast;");
        } finally {
            source.execute("app", "DROP TABLE IF EXISTS quick, item", "DROP TABLESPACE fast");
        }
    }

    @Provokes(FindingCode.LEFT_OUT_REFERENCE)
    @Test
    void findsTablesThatAreLeftOutAndReferToMigratedOnes(PostgresPair pair) {
        pair.source()
                .execute("app", Assessment.TABLE, "CREATE TABLE part (item int CONSTRAINT of_item REFERENCES item)");
        pair.source().execute("app", "ALTER TABLE part REPLICA IDENTITY FULL");
        Assessment.of(pair).hasNone(FindingCode.LEFT_OUT_REFERENCE);
        Finding finding = Assessment.of(
                        pair, "postgres", TableFilter.all().exclude("public.part"), SchemaPreparers.fromCatalog())
                .only(FindingCode.LEFT_OUT_REFERENCE);
        assertThat(finding.object()).isEqualTo("public.part");
        assertThat(finding.observed()).contains("foreign key of_item refers to table public.item");
    }

    @Provokes(FindingCode.SOURCE_SUBSCRIPTION)
    @Test
    void findsASubscriptionOfTheSource(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.execute("app", Assessment.TABLE);
        Assessment.of(pair).hasNone(FindingCode.SOURCE_SUBSCRIPTION);
        source.execute("app", "CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false)");
        Finding finding = Assessment.of(pair).only(FindingCode.SOURCE_SUBSCRIPTION);
        assertThat(finding.observed()).contains("a disabled subscription s");
        source.execute("app", finding.remedy());
        source.execute("app", "ALTER SUBSCRIPTION s SET (slot_name = NONE)");
        source.execute("app", "DROP SUBSCRIPTION s");
        Assessment.of(pair).hasNone(FindingCode.SOURCE_SUBSCRIPTION);
    }

    /** Each line: what an old source may have, the kind of finding, its object, what it says. */
    @Provokes({FindingCode.TABLE_WITH_OIDS, FindingCode.REMOVED_TYPE})
    @ParameterizedTest
    @PostgresPairTest(source = "10", target = "17")
    @CsvSource(delimiter = '|', textBlock = """
            CREATE TABLE o (id int PRIMARY KEY) WITH OIDS | TABLE_WITH_OIDS | public.o | was created WITH OIDS
            CREATE TABLE a (id int PRIMARY KEY, t abstime) | REMOVED_TYPE | public.a.t | column t of table public.a is of type abstime
            CREATE TABLE a (id int PRIMARY KEY, t reltime[]) | REMOVED_TYPE | public.a.t | is of type reltime[]
            """)
    void findsWhatNewerVersionsDoNotHave(
            String wrong, FindingCode code, String object, String observed, PostgresPair pair) {
        pair.source().execute("app", Assessment.TABLE);
        Assessment.of(pair).hasNone(code);
        pair.source().execute("app", wrong);
        Finding finding = Assessment.of(pair).only(code);
        assertThat(finding.object()).isEqualTo(object);
        assertThat(finding.observed()).contains(observed);
        pair.source().execute("app", finding.remedy());
        Assessment.of(pair).hasNone(code);
    }

    /** Each line: what an old source may have, how it is taken away, and what the target says of it. */
    @Provokes(FindingCode.REFUSED_STEP)
    @ParameterizedTest
    @PostgresPairTest(source = "10", target = "17")
    @CsvSource(delimiter = '|', textBlock = """
            CREATE VIEW v AS SELECT relhasoids FROM pg_class | DROP VIEW v | view public.v | relhasoids does not exist
            CREATE VIEW v AS SELECT 5 ! AS f | DROP VIEW v | view public.v | syntax error
            CREATE FUNCTION f(tinterval) RETURNS int LANGUAGE sql AS 'SELECT 1' | DROP FUNCTION f(tinterval) | function | tinterval
            CREATE AGGREGATE g(anyelement) (sfunc = array_append, stype = anyarray) | DROP AGGREGATE g(anyelement) | aggregate | array_append
            """)
    void findsWhatTheTargetRefuses(String wrong, String without, String object, String observed, PostgresPair pair) {
        pair.source().execute("app", Assessment.TABLE);
        Assessment.of(pair).hasNone(FindingCode.REFUSED_STEP);
        pair.source().execute("app", wrong);
        Finding finding = Assessment.of(pair).only(FindingCode.REFUSED_STEP);
        assertThat(finding.object()).contains(object);
        assertThat(finding.observed()).contains("the target refuses").contains(observed);
        assertThat(pair.target().query("app", "SELECT 1 FROM pg_class WHERE relname IN ('item', 'v')"))
                .as("left by the trial")
                .isEmpty();
        pair.source().execute("app", without);
        Assessment.of(pair).hasNone(FindingCode.REFUSED_STEP);
    }
}
