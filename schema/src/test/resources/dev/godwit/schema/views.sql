--@ since 10
SET check_function_bodies = off;
CREATE SCHEMA v;
CREATE SCHEMA "V.""%";
CREATE TABLE v.t (id integer PRIMARY KEY, name text, "odd.""%" text DEFAULT 'x', at timestamptz);
CREATE TABLE v.log (n integer, what text);
CREATE TABLE "V.""%"."t.""%" (id integer);
CREATE VIEW "V.""%"."vi.""ew%" ("from", "new
line") AS SELECT id, name FROM v.t;
COMMENT ON VIEW "V.""%"."vi.""ew%" IS 'odd';
COMMENT ON COLUMN "V.""%"."vi.""ew%"."new
line" IS 'column';
CREATE VIEW "V.""%"."VI.""EW%" AS SELECT 1 AS "select", '%s' AS "SELECT", E'a\\b''c' AS "a b";
CREATE VIEW "V.""%".abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk AS TABLE v.t;
CREATE VIEW v.barrier WITH (security_barrier) AS SELECT * FROM v.t WHERE id > 0;
CREATE VIEW v.no_barrier WITH (security_barrier = false) AS SELECT * FROM v.t;
CREATE VIEW v.checked AS SELECT * FROM v.t WHERE id > 1 WITH CASCADED CHECK OPTION;
CREATE VIEW v.checked_local WITH (security_barrier = true, check_option = local) AS SELECT * FROM v.t WHERE id > 2;
CREATE RECURSIVE VIEW v.recursive (n, path) AS SELECT 1, ARRAY[1] UNION ALL SELECT n + 1, path || n FROM recursive WHERE n < 3;
CREATE VIEW v.complex AS
    WITH RECURSIVE w AS (SELECT id FROM v.t), x(a) AS (SELECT 1 UNION SELECT a + 1 FROM x WHERE a < 3)
    SELECT t.*, (t).name AS n2, row_number() OVER win AS r, sum(id) FILTER (WHERE id > 1) OVER (PARTITION BY name ORDER BY at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s,
        EXISTS (SELECT FROM w) AS e, ARRAY(SELECT a FROM x ORDER BY 1) AS arr, CASE name WHEN 'a' THEN 1 ELSE NULL END AS c, ROW(1, 'x')::v.log AS l,
        t.at AT TIME ZONE 'UTC' AS z, extract(epoch FROM at) AS ep, name COLLATE "C" AS co, xmlelement(name foo, xmlattributes(id AS "a b"), name) AS xe,
        id IN (1, 2) AS ins, name LIKE 'x%' AS lk, name SIMILAR TO 'y' AS sim, GREATEST(id, 2) AS gr, COALESCE(name, 'z') AS coa, NULLIF(id, 3) AS ni
    FROM v.t LEFT JOIN LATERAL (SELECT n FROM v.log WHERE n = t.id LIMIT 1) q ON true CROSS JOIN generate_series(1, 2) WITH ORDINALITY AS g (v, o)
    WINDOW win AS (ORDER BY id DESC NULLS LAST);
CREATE VIEW v.sets AS (SELECT id FROM v.t INTERSECT SELECT n FROM v.log) UNION ALL SELECT 1 EXCEPT SELECT 2 ORDER BY 1 LIMIT 3 OFFSET 1;
CREATE VIEW v.grouped AS SELECT name, at, count(DISTINCT id ORDER BY id) AS n, grouping(name) AS g, string_agg(name, ',' ORDER BY id) AS s FROM v.t GROUP BY GROUPING SETS ((name, at), CUBE (name), ()) HAVING count(*) > 0;
CREATE VIEW v.distinct_on AS SELECT DISTINCT ON (name) name, id FROM v.t ORDER BY name, id DESC;
CREATE VIEW v.sampled AS SELECT * FROM v.t TABLESAMPLE bernoulli (10) REPEATABLE (1);
CREATE VIEW v.values AS VALUES (1, 'a'), (2, 'b');
CREATE VIEW v.locking AS SELECT id FROM v.t FOR UPDATE OF t SKIP LOCKED;
CREATE VIEW v.nothing AS SELECT;
CREATE VIEW v.by_key AS SELECT id, name, at FROM v.t GROUP BY id;
CREATE VIEW v.with_default AS SELECT id, name FROM v.t;
ALTER VIEW v.with_default ALTER COLUMN name SET DEFAULT 'of the view';
CREATE VIEW v.a_on_b AS SELECT id FROM v.by_key;
CREATE VIEW v.renamed AS SELECT x.id AS a, x.name AS b FROM v.t x;
ALTER TABLE v.t RENAME COLUMN at TO "at all";
ALTER TABLE v.t ADD COLUMN later integer;

-- Circles.
CREATE VIEW v.circle_a AS SELECT 1 AS one, NULL::text AS two;
CREATE FUNCTION v.circle_f() RETURNS SETOF v.circle_a LANGUAGE plpgsql AS 'BEGIN RETURN QUERY SELECT * FROM v.circle_b; END';
CREATE VIEW v.circle_b AS SELECT * FROM v.circle_f();
CREATE OR REPLACE VIEW v.circle_a WITH (security_barrier) AS SELECT one, two FROM v.circle_b;
CREATE VIEW v.needs_circle AS SELECT one FROM v.circle_a;
CREATE FUNCTION v.rows_of_view(v.renamed) RETURNS integer LANGUAGE sql AS 'SELECT $1.a';
CREATE TABLE v.of_rows (r v.renamed, d integer DEFAULT v.rows_of_view(NULL));
CREATE OR REPLACE VIEW v.renamed AS SELECT x.id AS a, x.name AS b, (SELECT d FROM v.of_rows LIMIT 1) AS c FROM v.t x;

-- Rules in every state.
CREATE RULE "ru.""le%" AS ON INSERT TO v.t WHERE NEW.id > 7 DO ALSO INSERT INTO v.log VALUES (NEW.id, 'it''s %');
CREATE RULE off AS ON UPDATE TO v.t DO ALSO NOTHING;
CREATE RULE replica AS ON DELETE TO v.t DO INSTEAD (INSERT INTO v.log VALUES (OLD.id, 'gone'); DELETE FROM v.log WHERE n = OLD.id);
CREATE RULE always AS ON UPDATE TO v.t WHERE OLD.id IS DISTINCT FROM NEW.id DO ALSO UPDATE v.log SET n = NEW.id WHERE n = OLD.id;
ALTER TABLE v.t DISABLE RULE off, ENABLE REPLICA RULE replica, ENABLE ALWAYS RULE always;
CREATE RULE "returning" AS ON INSERT TO v.with_default DO INSTEAD INSERT INTO v.t (id, name) VALUES (NEW.id, NEW.name) RETURNING id, name;
COMMENT ON RULE "ru.""le%" ON v.t IS 'rule';
COMMENT ON RULE "returning" ON v.with_default IS 'rule of a view';

-- Triggers in every state, on all that may have them.
CREATE TABLE v.touched (n serial PRIMARY KEY, what text);
CREATE FUNCTION v.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO v.touched (what) VALUES (concat_ws(' ', TG_TABLE_NAME, TG_NAME, TG_WHEN, TG_OP, TG_LEVEL, array_to_string(TG_ARGV, ',')));
    IF TG_LEVEL = 'STATEMENT' THEN RETURN NULL; ELSIF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$;
CREATE FUNCTION "V.""%"."to.""uch"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO v.touched (what) VALUES (concat_ws(' ', TG_TABLE_NAME, TG_NAME, TG_WHEN, TG_OP, TG_LEVEL, array_to_string(TG_ARGV, ',')));
    IF TG_LEVEL = 'STATEMENT' THEN RETURN NULL; ELSIF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$;
CREATE TRIGGER "trig.""ger%" BEFORE INSERT OR UPDATE OF name, "odd.""%" ON v.t FOR EACH ROW WHEN (NEW."odd.""%" = 'x''y' AND NEW.id > 0) EXECUTE PROCEDURE "V.""%"."to.""uch"('a''b', 'c\d', '%s', '');
CREATE TRIGGER off AFTER INSERT ON v.t FOR EACH STATEMENT EXECUTE PROCEDURE v.touch();
CREATE TRIGGER replica AFTER UPDATE ON v.t FOR EACH STATEMENT EXECUTE PROCEDURE v.touch();
CREATE TRIGGER always BEFORE TRUNCATE ON v.t EXECUTE PROCEDURE v.touch(1, 2);
ALTER TABLE v.t DISABLE TRIGGER off, ENABLE REPLICA TRIGGER replica, ENABLE ALWAYS TRIGGER always;
CREATE TRIGGER transition AFTER UPDATE ON v.log REFERENCING OLD TABLE AS "ol.""d" NEW TABLE AS "select" FOR EACH STATEMENT EXECUTE PROCEDURE v.touch();
CREATE TRIGGER transition_rows AFTER DELETE ON v.log REFERENCING OLD TABLE AS before FOR EACH ROW WHEN (OLD.n = 1) EXECUTE PROCEDURE v.touch();
CREATE CONSTRAINT TRIGGER "con.""straint" AFTER INSERT OR DELETE ON v.t FROM v.log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (1 > 0) EXECUTE PROCEDURE v.touch();
CREATE CONSTRAINT TRIGGER constraint_immediate AFTER UPDATE ON v.t DEFERRABLE FOR EACH ROW EXECUTE PROCEDURE v.touch();
CREATE CONSTRAINT TRIGGER constraint_plain AFTER UPDATE ON v.t FOR EACH ROW EXECUTE PROCEDURE v.touch();
CREATE TRIGGER instead INSTEAD OF INSERT OR UPDATE OR DELETE ON v.renamed FOR EACH ROW EXECUTE PROCEDURE v.touch();
CREATE TRIGGER statement BEFORE INSERT ON v.barrier FOR EACH STATEMENT EXECUTE PROCEDURE v.touch();
COMMENT ON TRIGGER "trig.""ger%" ON v.t IS 'trigger';
COMMENT ON TRIGGER instead ON v.renamed IS 'of a view';
ALTER TABLE v.log DISABLE TRIGGER USER;

-- Materialized views.
CREATE MATERIALIZED VIEW "V.""%"."ma.""t%" ("a.""b", "select") WITH (fillfactor = 30, autovacuum_enabled = false) AS SELECT id, name FROM v.t;
CREATE MATERIALIZED VIEW v.a_of_mat AS SELECT "a.""b" AS x FROM "V.""%"."ma.""t%" WITH NO DATA;
CREATE MATERIALIZED VIEW v.filled AS SELECT * FROM "V.""%"."ma.""t%";
CREATE MATERIALIZED VIEW v.of_key AS SELECT id, name FROM v.t GROUP BY id;
CREATE UNIQUE INDEX ON v.filled ("a.""b");
COMMENT ON MATERIALIZED VIEW "V.""%"."ma.""t%" IS 'odd';
--@ since 11
CREATE VIEW v.windowed AS SELECT sum(id) OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES) AS s FROM v.t;
CREATE TABLE v.parts (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE v.part_1 PARTITION OF v.parts FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE v.part_1_1 PARTITION OF v.part_1 FOR VALUES IN (1);
CREATE TABLE v.part_2 PARTITION OF v.parts FOR VALUES IN (2);
CREATE TRIGGER "on.""parts" AFTER INSERT ON v.parts FOR EACH ROW EXECUTE PROCEDURE v.touch();
CREATE CONSTRAINT TRIGGER checking AFTER INSERT ON v.parts DEFERRABLE FOR EACH ROW EXECUTE PROCEDURE v.touch();
CREATE TRIGGER of_leaf AFTER INSERT ON v.part_2 FOR EACH ROW EXECUTE PROCEDURE v.touch();
COMMENT ON TRIGGER "on.""parts" ON v.parts IS 'of a tree';
--@ since 12
CREATE VIEW v.materialized_cte AS WITH x AS MATERIALIZED (SELECT 1 AS a), y AS NOT MATERIALIZED (SELECT 2 AS b) SELECT a, b FROM x, y;
--@ since 13
CREATE VIEW v.ties AS SELECT id FROM v.t ORDER BY name FETCH FIRST 3 ROWS WITH TIES;
ALTER TABLE v.part_2 DISABLE TRIGGER "on.""parts";
ALTER TABLE v.part_1_1 ENABLE ALWAYS TRIGGER checking;
--@ since 14
CREATE VIEW v.searching AS WITH RECURSIVE w(a, b) AS (SELECT 1, 2 UNION ALL SELECT a + 1, b FROM w WHERE a < 3) SEARCH DEPTH FIRST BY a SET o CYCLE a SET is_cycle USING path SELECT a, b, is_cycle FROM w;
CREATE VIEW v.join_alias AS SELECT j.n, a.what FROM v.log a JOIN v.log b USING (n) AS j;
--@ since 15
CREATE VIEW v.invoker WITH (security_invoker = true, security_barrier = false) AS SELECT id FROM v.t;
CREATE VIEW v.invoker_off WITH (security_invoker = off) AS SELECT id FROM v.t WITH LOCAL CHECK OPTION;
