--@ since 10
-- What a server writes otherwise once it has read it again: no two dumps of it are alike, but no difference is found.
SET check_function_bodies = off;
CREATE SCHEMA k;
CREATE EXTENSION btree_gist SCHEMA k;
CREATE TABLE k.pk (a int, b int, c int, CONSTRAINT "P K" PRIMARY KEY (c, a) DEFERRABLE INITIALLY DEFERRED, UNIQUE (b), UNIQUE (b, a)
    DEFERRABLE);
CREATE UNIQUE INDEX pk_u ON k.pk (a, b);
ALTER TABLE k.pk ADD CONSTRAINT from_idx UNIQUE USING INDEX pk_u;
CREATE TABLE k.self (id int PRIMARY KEY, up int CONSTRAINT s REFERENCES k.self ON DELETE SET NULL ON UPDATE CASCADE, o int REFERENCES
    k.self (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE k.fk (a int, b int, FOREIGN KEY (b) REFERENCES k.pk (b) ON DELETE NO ACTION ON UPDATE RESTRICT, CONSTRAINT fu FOREIGN KEY
    (a, b) REFERENCES k.pk (a, b) MATCH FULL, CONSTRAINT dup1 FOREIGN KEY (b) REFERENCES k.pk (b), CONSTRAINT dup2 FOREIGN KEY (b)
    REFERENCES k.pk (b));
CREATE TABLE k.circ1 (id int PRIMARY KEY, x int);
CREATE TABLE k.circ2 (id int PRIMARY KEY REFERENCES k.circ1, y int);
ALTER TABLE k.circ1 ADD FOREIGN KEY (x) REFERENCES k.circ2 NOT VALID;
CREATE TABLE k.ex (r int, d tsrange, c circle, t text, EXCLUDE USING gist (r WITH =, d WITH &&), CONSTRAINT e2 EXCLUDE USING gist (c WITH
    &&, (c::point) WITH ~=) WHERE (r > 0 AND t <> 'x'), CONSTRAINT e3 EXCLUDE USING btree (lower(t) text_pattern_ops WITH =) WITH
    (fillfactor = 80) DEFERRABLE);
CREATE TABLE k.chk (a int CONSTRAINT "c k" CHECK (a IN (1, 2)), b varchar(5) CHECK (b IN ('a', 'b')), c char(2) CHECK (c = ANY
    ('{x,y}'::char(2)[])), d text CHECK (d IN ('q', 'it''s', 'a,b', 'a)b')), e date CHECK (e BETWEEN '2020-01-01' AND CURRENT_DATE), f
    numeric CHECK (f >= 0.01 AND f <> 1e10), g bool CHECK (g), h jsonb CHECK (h ? 'a' AND h -> 'x' IS NOT NULL), i text[] CHECK (i <@
    ARRAY['a', 'b']), j varchar[] CHECK (j <@ ARRAY['a', 'b']::varchar[]), k text CHECK (k ~ '^[(]' AND k NOT LIKE 'x\_%' ESCAPE '\'), l
    interval CHECK (l > '1 day'), m varchar CHECK (m NOT IN ('a', 'b') OR m IN ('x')), n varchar CHECK (lower(n) = ANY (ARRAY['a',
    'b'])), o char CHECK (o IN ('a', 'b')), p varchar DEFAULT 'a' CHECK (p::text = ANY (ARRAY['q', 'r']::text[])), q name CHECK (q IN
    ('a', 'b')));
CREATE INDEX chk_i ON k.chk (b) WHERE b IN ('a', 'b');
CREATE VIEW k.chkv AS SELECT * FROM k.chk WHERE b IN ('a', 'b', 'c') AND m = ANY (ARRAY['x', 'y']);
CREATE POLICY chkp ON k.chk USING (b IN ('a', 'z'));
CREATE FUNCTION k.tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER chkt BEFORE UPDATE ON k.chk FOR EACH ROW WHEN (NEW.b IN ('a', 'b')) EXECUTE PROCEDURE k.tf();
CREATE RULE chkr AS ON DELETE TO k.chk WHERE OLD.b IN ('a', 'b') DO INSTEAD NOTHING;
CREATE DOMAIN k.cd AS varchar(7) CHECK (VALUE IN ('a', 'b'));
CREATE MATERIALIZED VIEW k.chkm AS SELECT b FROM k.chk WHERE b NOT IN ('k', 'l');
CREATE TABLE k.inh (CHECK (b IN ('v', 'w'))) INHERITS (k.chk);
CREATE INDEX ON k.ex USING gist (d, r);
CREATE INDEX ON k.ex ((r + 1), t COLLATE "C" DESC NULLS LAST, (t || 'x') text_pattern_ops);
CREATE UNIQUE INDEX ON k.ex (COALESCE(t, '')) WHERE r IS NULL;
CREATE INDEX ON k.ex ((d = '[2020-01-01,2020-02-01)'::tsrange));
CREATE INDEX ON k.ex (((r)::numeric / 2.0));
CREATE INDEX ON k.ex ((ARRAY[r, 1]));
CREATE INDEX ON k.ex ((CASE WHEN r > 0 THEN t END));
CREATE INDEX ON k.ex ((t IS NULL), (r IN (1, 2)));
ALTER TABLE k.ex CLUSTER ON ex_d_r_idx;
ALTER TABLE k.ex ALTER t SET STATISTICS 3;
ALTER TABLE k.ex SET (autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 3);
ALTER INDEX k.ex_d_r_idx SET (fillfactor = 33);
CREATE STATISTICS k.st (dependencies, ndistinct) ON r, t FROM k.ex;
CREATE TABLE k.pol (id int, o name);
CREATE POLICY a ON k.pol USING (o = current_user AND EXISTS (SELECT 1 FROM k.self s WHERE s.id = pol.id AND s.up IN (SELECT id FROM
    k.circ1)));
CREATE POLICY b ON k.pol AS RESTRICTIVE FOR UPDATE TO PUBLIC USING (true) WITH CHECK (id < (SELECT max(id) FROM k.pol));
ALTER TABLE k.pol FORCE ROW LEVEL SECURITY;
COMMENT ON CONSTRAINT s ON k.self IS 's';
COMMENT ON POLICY b ON k.pol IS 'p';
COMMENT ON STATISTICS k.st IS 'st';
COMMENT ON INDEX k.chk_i IS 'i';
CREATE UNIQUE INDEX ident ON k.pol (id) ;
ALTER TABLE k.pol ALTER id SET NOT NULL;
ALTER TABLE k.pol REPLICA IDENTITY USING INDEX ident;
ALTER TABLE k.self REPLICA IDENTITY FULL;
CREATE INDEX bad ON k.pol ((1 / 1));
CREATE SCHEMA w;
CREATE TABLE w.tt1 (a int PRIMARY KEY, b text, c numeric, d timestamptz);
CREATE TABLE w.tt2 (a int, b2 text, "C" int);
CREATE VIEW w.usingj AS SELECT * FROM w.tt1 JOIN w.tt2 USING (a);
CREATE VIEW w.natj AS SELECT * FROM w.tt1 NATURAL FULL JOIN (SELECT a, b2 AS b FROM w.tt2) q;
CREATE VIEW w.alias (x, y, z) AS SELECT t.a, t.b, s.* FROM w.tt1 AS t (a, b, q), LATERAL (SELECT t.q + 1) AS s;
CREATE VIEW w.vchain1 AS SELECT a AS one, b AS two FROM w.tt1;
CREATE VIEW w.vchain2 AS SELECT one AS "One", two FROM w.vchain1;
CREATE VIEW w.a_vchain3 (uno) AS SELECT "One" FROM w.vchain2;
ALTER VIEW w.vchain1 RENAME TO vchain_renamed;
ALTER TABLE w.tt1 RENAME b TO "b renamed";
ALTER TABLE w.vchain2 RENAME COLUMN two TO zwei;
CREATE OR REPLACE VIEW w.vchain_renamed AS SELECT a AS one, "b renamed" AS two, c AS three FROM w.tt1;
CREATE RULE ins AS ON INSERT TO w.vchain2 WHERE NEW."One" > 5 DO INSTEAD INSERT INTO w.tt2 (a) VALUES (NEW."One");
CREATE RULE ins2 AS ON INSERT TO w.vchain2 DO INSTEAD NOTHING;
CREATE RULE upd AS ON UPDATE TO w.vchain2 DO INSTEAD UPDATE w.tt1 SET "b renamed" = NEW.zwei FROM w.tt2 t2 WHERE tt1.a = OLD."One" AND
    t2.a = tt1.a RETURNING tt1.a, tt1."b renamed";
CREATE RULE del AS ON DELETE TO w.vchain2 DO INSTEAD (DELETE FROM w.tt1 USING w.tt2 WHERE tt1.a = OLD."One" AND tt1.a = tt2.a;
NOTIFY "ch an";
SELECT OLD."One");
CREATE RULE onins AS ON INSERT TO w.tt2 WHERE EXISTS (SELECT 1 FROM w.tt1 WHERE a = NEW.a) DO ALSO UPDATE w.tt1 SET c = (SELECT count(*)
    FROM w.tt2) WHERE a = NEW.a;
CREATE RULE onins_v AS ON INSERT TO w.tt1 DO ALSO INSERT INTO w.tt2 SELECT x, NULL, x FROM generate_series(1, NEW.a) x ON CONFLICT DO
    NOTHING;
CREATE RULE onupd AS ON UPDATE TO w.tt2 WHERE OLD.* IS DISTINCT FROM NEW.* DO INSTEAD (WITH z AS (SELECT 1 AS o) UPDATE w.tt2 SET (a, b2)
    = (SELECT o, 'x' FROM z) WHERE "C" = OLD."C");
ALTER TABLE w.tt2 DISABLE RULE onupd;
CREATE TABLE w.becomes_view (a int, b text);
CREATE VIEW w.on_becomes AS SELECT * FROM w.becomes_view;
CREATE VIEW w.dropcol AS SELECT * FROM w.tt1;
ALTER TABLE w.tt1 ADD COLUMN e int;
CREATE VIEW w.func AS SELECT * FROM generate_series(1, 3) WITH ORDINALITY;
CREATE VIEW w.func2 AS SELECT * FROM ROWS FROM (generate_series(1, 3), json_to_recordset('[{"a":1}]') AS (a int, b text)) WITH ORDINALITY
    AS x (n, a, b, o);
CREATE FUNCTION w.trow() RETURNS SETOF w.tt1 LANGUAGE sql AS 'SELECT * FROM w.tt1';
CREATE VIEW w.func3 AS SELECT * FROM w.trow() AS r (q, w);
CREATE FUNCTION w.recf() RETURNS SETOF record LANGUAGE sql AS 'SELECT 1, 2';
CREATE VIEW w.func4 AS SELECT * FROM w.recf() AS (i int, j numeric(5,2));
CREATE VIEW w.whole AS SELECT tt1, tt1.*::w.tt1 AS again, ROW(tt1.*) = ROW(tt1.*) AS eq FROM w.tt1;
CREATE VIEW w.subs AS SELECT a, (SELECT max(b2) FROM w.tt2 WHERE tt2.a = tt1.a) m, a = ANY (ARRAY[1, 2]) an, a = ANY (SELECT a FROM
    w.tt2) an2, (a, e) IN (SELECT 1, 2) r, (a, e) < (1, 2) lt, NOT (a IS NULL) nn, a BETWEEN 1 AND 3 bt, c::int::text COLLATE "C" cc,
    '1'::text || NULL nl, CAST('x' AS char(3)) ch, interval '1 day' iv, ARRAY[[1, 2], [3, 4]] arr, ARRAY[]::int[] e_arr, current_date cd,
    b'101' bb, x'ff' xx, E'\\n' bs, U&'\0441' uu, (ARRAY[1, 2, 3])[2:3] sl, a % 3 AS md, -a AS neg, - (-1) AS dneg, 2 ^ 3 AS pw, a::bool
    IS NOT TRUE AS bt2, "b renamed" ~~* 'x' ilk, overlay('abc' placing 'x' from 1 for 2) ov, trim(both 'x' from 'xax') tr,
    substring('abc' from 2) sb, position('a' in 'b') po, d AT TIME ZONE 'UTC' tz, (d, interval '1 day') OVERLAPS (d, d) ovl FROM w.tt1;
CREATE VIEW w.aggs AS SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY a DESC) p, rank(3) WITHIN GROUP (ORDER BY a) r, count(*) FILTER
    (WHERE a > 1) f, array_agg(a ORDER BY c DESC NULLS LAST) aa, json_object_agg(a, e) j, mode() WITHIN GROUP (ORDER BY "b renamed") m
    FROM w.tt1;
CREATE VIEW w.win AS SELECT rank() OVER w1 AS r1, lag(a, 2, 0) OVER (w1 ROWS 3 PRECEDING) AS l, first_value(a) OVER (PARTITION BY c ORDER
    BY a RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM w.tt1 WINDOW w1 AS (PARTITION BY e ORDER BY a), w2 AS (w1 ROWS BETWEEN 1
    PRECEDING AND 2 FOLLOWING);
CREATE VIEW w.emptyq AS SELECT FROM w.tt1 WHERE false;
CREATE VIEW w.vals (a, "b c") AS VALUES (1, NULL::text), (2, 'x') ORDER BY 1 DESC LIMIT 1;
CREATE VIEW w.upd1 AS SELECT a, e AS f, a + 1 AS g FROM w.tt1 WHERE a > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW w.upd2 AS SELECT f, a FROM w.upd1 WHERE f < 10 WITH CASCADED CHECK OPTION;
ALTER VIEW w.upd2 ALTER f SET DEFAULT 7;
ALTER VIEW w.upd2 SET (security_barrier = true);
CREATE MATERIALIZED VIEW w.mv1 AS SELECT * FROM w.tt1;
CREATE MATERIALIZED VIEW w.a_mv2 AS SELECT * FROM w.mv1;
CREATE VIEW w.a_onmv AS SELECT * FROM w.a_mv2;
CREATE MATERIALIZED VIEW w."0mv3" AS SELECT * FROM w.a_onmv;
CREATE UNIQUE INDEX ON w.mv1 (a);
CREATE INDEX ON w."0mv3" ((a + 1));
CREATE FUNCTION w.from_mv() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM w.mv1';
CREATE MATERIALIZED VIEW w.z_via AS SELECT w.from_mv() AS n;
CREATE MATERIALIZED VIEW w.nodata AS SELECT * FROM w.mv1 WITH NO DATA;
CREATE INDEX ON w.nodata (a);
CREATE FUNCTION w.imm(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT max(a) + $1 FROM w.tt1';
CREATE INDEX tt2_imm ON w.tt2 (w.imm(a));
CREATE INDEX ON w.mv1 (w.imm(a));
CREATE FUNCTION w.immv(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT max(a) + $1 FROM w.a_onmv';
CREATE INDEX tt2_immv ON w.tt2 (w.immv(a));
CREATE TABLE w.defs (a int DEFAULT w.immv(1), b bigint DEFAULT w.from_mv(), CHECK (w.immv(a) > 0 OR true));
CREATE VIEW w.circ1 AS SELECT 1 AS a, NULL::w.tt2 AS t;
CREATE FUNCTION w.circf() RETURNS SETOF w.circ1 LANGUAGE sql AS 'SELECT * FROM w.circ1';
CREATE VIEW w.circ2 AS SELECT * FROM w.circf();
CREATE OR REPLACE VIEW w.circ1 AS SELECT a, t FROM w.circ2 GROUP BY a, t;
CREATE MATERIALIZED VIEW w.mcirc AS SELECT a FROM w.circ2 WITH NO DATA;
CREATE VIEW w.circ3k AS SELECT a, "b renamed" FROM w.tt1 GROUP BY a;
CREATE TABLE w.of_k (k w.circ3k DEFAULT NULL, ks w.circ3k[]);
CREATE FUNCTION w.fk(w.circ3k) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
ALTER TABLE w.tt2 ALTER a SET DEFAULT w.fk(NULL);
CREATE VIEW w.pk_on AS SELECT w.fk(x) FROM w.circ3k x;
CREATE INDEX of_k_i ON w.of_k (w.fk(k));
CREATE RULE kr AS ON INSERT TO w.circ3k DO INSTEAD INSERT INTO w.of_k VALUES (NEW);
CREATE FUNCTION w.tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER itg INSTEAD OF DELETE ON w.circ3k FOR EACH ROW EXECUTE PROCEDURE w.tg();
COMMENT ON COLUMN w.circ3k.a IS 'k';
COMMENT ON VIEW w.circ3k IS 'kk';
CREATE POLICY pol ON w.tt1 USING (EXISTS (SELECT 1 FROM w.circ3k k WHERE k.a = tt1.a)) WITH CHECK (w.fk(NULL) > 0);
CREATE VIEW w.xmlv AS SELECT xmlforest(a, c AS "x y") xf, xmlconcat('<a/>'::xml, '<b/>'::xml) xc, xmlparse(DOCUMENT '<a/>') xp,
    xmlserialize(CONTENT '<a/>'::xml AS text) xs, xmlpi(name foo, 'bar') xpi, xmlroot('<a/>'::xml, VERSION '1.0', STANDALONE YES) xr,
    '<a/>'::xml IS DOCUMENT isd, xmlexists('//a' PASSING ('<a/>'::xml)) xe FROM w.tt1;
CREATE VIEW w.xmlt AS SELECT * FROM XMLTABLE(XMLNAMESPACES('http://x.y' AS zz), '/zz:r' PASSING ('<r xmlns="http://x.y"/>'::xml) COLUMNS
    id int PATH '@id' NOT NULL, o FOR ORDINALITY, nm text DEFAULT 'n/a');
CREATE VIEW w.settings AS SELECT current_user cu, session_user su, current_schema cs, current_catalog cc, localtime lt, localtimestamp(2)
    lts, user u;
CREATE VIEW w.locks AS SELECT 1 AS x FROM w.tt1, w.tt2 FOR UPDATE OF tt1 NOWAIT FOR KEY SHARE OF tt2;
CREATE VIEW w.sys AS SELECT tableoid, ctid, xmin FROM w.tt1;
CREATE VIEW w.only AS SELECT * FROM ONLY w.tt2;
CREATE VIEW w.deep AS (((SELECT 1 AS a UNION SELECT 2) INTERSECT ALL SELECT 3) EXCEPT (SELECT 4 UNION ALL SELECT 5 LIMIT 3)) ORDER BY a
    OFFSET 2;
CREATE VIEW w.long AS SELECT repeat('x', 3) AS "a very long column name that has sixty-three bytes in it, exact", 1 AS "?column?", 2 AS
    "?COLUMN?", 4 AS " ";
--@ since 12
SET check_function_bodies = off;
CREATE STATISTICS k.mcv (mcv) ON r, t FROM k.ex;
CREATE INDEX ON k.ex USING gist (d) INCLUDE (r);
CREATE TABLE k.incl (a int, b int, c tsrange, EXCLUDE USING gist (c WITH &&) INCLUDE (a), UNIQUE (a) INCLUDE (b));
--@ since 13
SET check_function_bodies = off;
CREATE VIEW w.un AS SELECT U&'\0061' IS NORMALIZED AS n, normalize('x', NFD);
--@ since 14
SET check_function_bodies = off;
CREATE STATISTICS k.ex1 ON (r + 1), (lower(t)), d FROM k.ex;
CREATE STATISTICS k.ex2 (ndistinct) ON (t || 'x'), r FROM k.ex;
CREATE INDEX ON k.ex USING spgist (d) INCLUDE (t);
ALTER STATISTICS k.ex1 SET STATISTICS 55;
--@ since 15
SET check_function_bodies = off;
CREATE TABLE k.setnull (a int, b int, FOREIGN KEY (a, b) REFERENCES k.pk (a, b) ON DELETE SET NULL (b) ON UPDATE SET DEFAULT);
ALTER TABLE k.setnull ADD CONSTRAINT nn UNIQUE NULLS NOT DISTINCT (b, a);
--@ since 16
SET check_function_bodies = off;
CREATE VIEW w.js AS SELECT JSON_OBJECT('a': 1, 'b': 2 ABSENT ON NULL WITH UNIQUE KEYS) o, JSON_ARRAY(1, 2 NULL ON NULL) ar,
    JSON_ARRAYAGG(a ORDER BY a) ag, JSON_OBJECTAGG(a: c) oa, '{}' IS JSON OBJECT ij, SYSTEM_USER FROM w.tt1;
--@ since 17
SET check_function_bodies = off;
CREATE VIEW w.jt AS SELECT * FROM JSON_TABLE(jsonb '[{"a": 1}]', '$[*]' AS p PASSING 3 AS x COLUMNS (id FOR ORDINALITY, a int PATH '$.a'
    DEFAULT 0 ON EMPTY ERROR ON ERROR, e bool EXISTS PATH '$.b', NESTED PATH '$.c[*]' AS q COLUMNS (z text PATH '$')));
CREATE VIEW w.jq AS SELECT JSON_VALUE(jsonb '{"a":1}', '$.a' RETURNING int DEFAULT 3 ON ERROR) v, JSON_QUERY(jsonb '{}', '$' WITH WRAPPER
    KEEP QUOTES) q, JSON_EXISTS(jsonb '{}', '$.x' PASSING 1 AS y) e, JSON_SCALAR(1) s, JSON('{}') jj, JSON_SERIALIZE('{}' RETURNING
    bytea) ser;
--@ since 18
SET check_function_bodies = off;
CREATE TABLE k.tp (id int, v daterange, x int, CONSTRAINT tpk PRIMARY KEY (id, v WITHOUT OVERLAPS), CONSTRAINT tu UNIQUE (x, v WITHOUT
    OVERLAPS));
CREATE TABLE k.tf (id int, v daterange, p int, CONSTRAINT tfk FOREIGN KEY (p, PERIOD v) REFERENCES k.tp (id, PERIOD v), CONSTRAINT tfk2
    FOREIGN KEY (p, PERIOD v) REFERENCES k.tp (x, PERIOD v));
CREATE TABLE k.ne (a int REFERENCES k.self NOT ENFORCED, b int CHECK (b > 0) NOT ENFORCED);
ALTER TABLE k.ne ADD CONSTRAINT later NOT NULL b NOT VALID;
CREATE TABLE k.nno (a int NOT NULL NO INHERIT, b varchar CONSTRAINT "n n" NOT NULL CHECK (b IN ('a', 'b')));
CREATE TABLE k.vg (a int, b int GENERATED ALWAYS AS (a * 2), c varchar, d bool GENERATED ALWAYS AS (c IN ('a', 'b')), CHECK (b > 0));
CREATE RULE onret AS ON UPDATE TO w.upd1 DO INSTEAD UPDATE w.tt1 SET e = NEW.f WHERE a = OLD.a RETURNING tt1.a, tt1.e, tt1.a + 1;
CREATE FUNCTION w.rr() RETURNS SETOF int LANGUAGE sql BEGIN ATOMIC UPDATE w.tt1 SET e = 1 RETURNING WITH (OLD AS o, NEW AS n) o.e; END;
