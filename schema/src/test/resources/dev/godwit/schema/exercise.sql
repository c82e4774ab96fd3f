-- What is done with the objects of the zoo, on the source and on what was made of it: with the same outcome, values or a refusal.
-- A step ends with an empty line, and must succeed unless it says with which SQLSTATE it is refused.
--@ in zoo since 10
INSERT INTO shop.customer (email, home, attributes, weight) VALUES ('A@x', ROW('Main', 'abc', 7), 'k=>1, j=>2', 12.5) RETURNING *;

-- refused 23505: a type of an extension decides what is equal
INSERT INTO shop.customer (email) VALUES ('a@X');

-- refused 23514: a check
INSERT INTO shop.customer (email, weight) VALUES ('b', -1);

-- refused 23514: a check that calls a function, of a domain
INSERT INTO shop.customer (email, even) VALUES ('c', 3);

-- refused 23514: a domain within a composite type
INSERT INTO shop.customer (email, home) VALUES ('d', ROW('Main', 'ABC', 7));

-- refused 23514: a check of a domain that is not valid
SELECT 'ab'::shop.code_two;

-- refused 23502: not null, of a domain
SELECT NULL::shop.even;

-- refused 22P02: a label that an enum lacks
SELECT 'paid'::shop.state;

SELECT enum_range(NULL::shop.state), 'between'::shop.state < 'zurück', enum_last(NULL::shop.state);

-- refused 54001: a domain whose check makes it
SELECT 'x'::shop.snake;

SELECT '[1,2.5)'::shop.span && '[2,3]', '[B,a)'::shop.words;

SET enable_seqscan = off; SELECT id FROM shop.customer WHERE attributes OPERATOR(shop.@>) 'k=>1'; SELECT id FROM shop.customer ORDER BY id * 2;

UPDATE shop.customer SET name = 'Zoë', note = 'n', state = 'it''s paid' WHERE id = 1 RETURNING id, name, state;

SET enable_seqscan = off; SELECT id, name FROM shop.customer WHERE lower(name::text) COLLATE "C" ~~ 'zo%' AND state <> 'new';

DELETE FROM shop.customer WHERE id = 77; SELECT what FROM shop.touched ORDER BY n;

SELECT nextval('shop.free') FROM generate_series(1, 40);

SELECT nextval('shop.borrowed'), nextval('shop.customer_id_seq');

INSERT INTO shop.identities (c) VALUES ('x'), ('y') RETURNING *; INSERT INTO shop.identities OVERRIDING SYSTEM VALUE VALUES (7, 8, 'z') RETURNING *;

-- refused 428C9: an identity that is always generated
INSERT INTO shop.identities (a) VALUES (1);

BEGIN; INSERT INTO shop.volatile VALUES (1), (1); DELETE FROM shop.volatile; COMMIT;

-- refused 23505: at the end of the transaction
BEGIN; INSERT INTO shop.volatile VALUES (1), (1); COMMIT;

-- refused 23514: not inherited
INSERT INTO shop.volatile VALUES (7);

INSERT INTO shop.nothing DEFAULT VALUES; SELECT count(*) FROM shop.nothing;

-- refused 23502: an option of a typed table
INSERT INTO shop.typed DEFAULT VALUES;

INSERT INTO shop.typed (home) VALUES (ROW('a', 'abc', 1)) RETURNING *;

INSERT INTO shop.booking VALUES (1, '[2020-01-01,2020-01-03)'), (-1, '[2020-01-01,2020-01-03)'), (-1, '[2020-01-02,2020-01-04)');

-- refused 23P01: two at a time
INSERT INTO shop.booking VALUES (1, '[2020-01-02,2020-01-04)');

SELECT * FROM shop.gaps ORDER BY a; INSERT INTO shop.gaps (a) VALUES (1) RETURNING *;

-- refused 23514: a check that is not valid, of a row that was there before
UPDATE shop.gaps SET d = 'changed' WHERE a = -1;

INSERT INTO shop.tree VALUES (0, NULL), (1, NULL), (2, 1), (3, 2), (4, 1); DELETE FROM shop.tree WHERE id = 0; SELECT * FROM shop.tree ORDER BY 1;

UPDATE shop.tree SET parent = 4 WHERE id = 3; SELECT what FROM shop.touched ORDER BY n;

GRANT USAGE ON SCHEMA shop TO exerciser; GRANT ALL ON shop.tree, shop.egg, shop.touched TO exerciser; GRANT USAGE ON SEQUENCE shop.touched_n_seq TO exerciser;

SET ROLE exerciser; SELECT count(*) FROM shop.tree; DELETE FROM shop.tree; UPDATE shop.tree SET parent = 1;

-- refused 42501: a policy that checks new rows
SET ROLE exerciser; UPDATE shop.tree SET parent = NULL;

-- refused 42501: no policy for it
SET ROLE exerciser; INSERT INTO shop.tree VALUES (9, 1);

SELECT * FROM shop.tree ORDER BY 1; DELETE FROM shop.tree WHERE id = 4; SELECT * FROM shop.tree ORDER BY 1;

-- refused 23503: to itself
INSERT INTO shop.tree VALUES (10, 11);

BEGIN; INSERT INTO shop.hen VALUES (1, 1); INSERT INTO shop.egg VALUES (1, 1); COMMIT; SELECT * FROM shop.hen, shop.egg;

-- refused 23503: at the end of the transaction
BEGIN; INSERT INTO shop.hen VALUES (2, 99); COMMIT;

UPDATE shop.hen SET id = 5 WHERE id = 1; SELECT * FROM shop.egg; DELETE FROM shop.hen; SELECT * FROM shop.egg;

INSERT INTO shop.pairs VALUES (1, 'a'), (2, 'b'); INSERT INTO shop.points (x, y) VALUES (1, 'a'), (NULL, NULL);

-- refused 23503: all columns or none
INSERT INTO shop.points (x) VALUES (1);

-- refused 23503: restricted
UPDATE shop.pairs SET a = 3 WHERE a = 1;

DELETE FROM shop.pairs WHERE a = 1; SELECT * FROM shop.points;

-- refused 23503: not valid, but for new rows
INSERT INTO shop.points (z) VALUES (99);

INSERT INTO shop.bird (id, note) VALUES (1, 'sings') RETURNING *; INSERT INTO shop.animal (id) VALUES (2) RETURNING *; SELECT * FROM shop.animal; SELECT * FROM ONLY shop.animal;

-- refused 23502: not null of a child
INSERT INTO shop.bird (id) VALUES (2);

-- refused 23514: inherited
INSERT INTO shop.bird (id, note, legs) VALUES (3, 'x', -1);

INSERT INTO shop.measure (at, city) VALUES ('2020-05-05', 'Bonn') RETURNING tableoid::regclass, *; INSERT INTO shop.measure_2020_bonn (at, city) VALUES ('2020-05-05', 'Bonn') RETURNING *;

-- refused 23514: of the partition
INSERT INTO shop.measure (at, city, value) VALUES ('2020-05-05', 'Bonn', -2);

INSERT INTO shop.a_late (name) VALUES ('through a trigger'); SELECT id, name, n FROM shop.a_late ORDER BY 1; SELECT what FROM shop.touched ORDER BY n DESC LIMIT 1;

-- refused 44000: the view would lose it
UPDATE shop.z_base SET id = -7 WHERE id = 1;

UPDATE shop.z_base SET name = 'through a view' WHERE id = 1; SELECT * FROM shop.b_middle;

INSERT INTO shop.b_middle ("Full Name") VALUES ('through a rule'); SELECT * FROM shop.tree ORDER BY 1;

SELECT * FROM shop.counting; SELECT * FROM shop.ring; SELECT * FROM shop.late_names(); SELECT * FROM shop.a_on_late;

REFRESH MATERIALIZED VIEW shop.z_totals; REFRESH MATERIALIZED VIEW shop.a_of_totals; REFRESH MATERIALIZED VIEW shop.grouped; SELECT * FROM shop.z_totals ORDER BY 1; SELECT * FROM shop.a_of_totals; SELECT * FROM shop.a_on_totals;

REFRESH MATERIALIZED VIEW CONCURRENTLY shop.z_totals;

-- refused 55000: without data
SELECT * FROM shop.unfilled;

INSERT INTO shop.circle (id) VALUES (1) RETURNING *; SELECT * FROM shop.circles(); SELECT shop.of_circle(c) FROM shop.circle c;

SELECT * FROM shop.many(3, 1, 2); SELECT * FROM shop.defaulted(1); SELECT shop.defaulted('x'::text); SELECT x, shop.windowed() OVER (ORDER BY x) FROM generate_series(1, 3) x;

SELECT shop.total(x), shop.how_many(*), shop.percentile(0.5) WITHIN GROUP (ORDER BY x::float8), shop.least_of(x) FROM generate_series(1, 5) x; SELECT shop.total(x) OVER (ORDER BY x ROWS 1 PRECEDING) FROM generate_series(1, 5) x;

INSERT INTO "Odd ""Names"" %s"."select" VALUES (1, '%s', 'x', DEFAULT, 'ü', 3) RETURNING *; INSERT INTO "Odd ""Names"" %s"."SELECT" VALUES (1); SELECT * FROM "Odd ""Names"" %s"."v\iew"; SELECT "Odd ""Names"" %s"."f()"('y');

-- refused 23503: between names that differ in case
INSERT INTO "Odd ""Names"" %s"."SELECT" VALUES (2);

-- refused 23514: of an odd name
SELECT ''::"Odd ""Names"" %s"."do main";

TRUNCATE shop.customer CASCADE; SELECT what FROM shop.touched ORDER BY n DESC LIMIT 1; SELECT * FROM shop.a_late;
--@ in zoo since 11
CALL shop.proceed(3);

INSERT INTO shop.measure (at, city) VALUES ('2019-05-05', 'Bonn'), ('2019-05-05', 'Rome'), ('2019-05-05', NULL) RETURNING tableoid::regclass, *;

INSERT INTO shop.tree VALUES (50, NULL); INSERT INTO shop.keyed VALUES (1, 'north', 50), (1, 'south', NULL) RETURNING tableoid::regclass, *; SELECT what FROM shop.touched ORDER BY n DESC LIMIT 2;

UPDATE shop.keyed SET region = 'south', id = 2 WHERE region = 'north' RETURNING tableoid::regclass, *;

-- refused 23505: of a partition
INSERT INTO shop.keyed VALUES (1, 'south', NULL);

-- refused 23503: of the root
INSERT INTO shop.keyed VALUES (3, 'south', 99);

-- refused 23514: no partition for it
INSERT INTO shop.keyed VALUES (3, 'east', NULL);

-- refused 23514: a domain over an array
SELECT ARRAY[2, 2, 2, 2, 2, 2, 2, 2, 2, 2]::shop.evens;
--@ in zoo since 12
INSERT INTO shop.refers_to_partitions VALUES (1, 'south', NULL); DELETE FROM shop.keyed WHERE id = 1; SELECT * FROM shop.refers_to_partitions;

-- refused 23503: to a tree
INSERT INTO shop.refers_to_partitions VALUES (7, 'south', NULL);

INSERT INTO shop.generated (a) VALUES (2), (3) RETURNING *; UPDATE shop.generated SET a = 4 WHERE a = 3 RETURNING *;
--@ in zoo since 14
-- refused 428C9: a generated column
INSERT INTO shop.generated VALUES (5, 6);

SELECT '{[1,2),[3,4)}'::shop.prices, shop.prices(shop.price(1, 2)); SELECT shop.atomic(0), shop.atomic_late(); INSERT INTO shop.aa_atomic VALUES (1, 'x'), (2, 'y'); INSERT INTO shop.aa_defaults_to_atomic DEFAULT VALUES RETURNING *;
--@ in zoo since 15
INSERT INTO shop.nulls_target VALUES (1, 2); INSERT INTO shop.nulls VALUES (1, 2, NULL); DELETE FROM shop.nulls_target; SELECT * FROM shop.nulls; SELECT * FROM shop.invoker;

-- refused 23505: nulls are not distinct
INSERT INTO shop.nulls VALUES (NULL, NULL, NULL);

-- refused 42501: with the rights of who asks
GRANT SELECT ON shop.invoker TO exerciser; SET ROLE exerciser; SELECT * FROM shop.invoker;
--@ in zoo since 18
INSERT INTO shop.eighteen (a, b, d) VALUES (1, 2, 3) RETURNING *; INSERT INTO shop.eighteen_child (a, d) VALUES (1, 3) RETURNING *; INSERT INTO shop.temporal VALUES (1, '[2020-01-01,2020-02-01)'), (1, '[2020-02-01,2020-03-01)');

-- refused 23502: not valid, but for new rows
INSERT INTO shop.eighteen (a, b) VALUES (1, 2);

-- refused 23P01: a temporal key
INSERT INTO shop.temporal VALUES (1, '[2020-01-15,2020-01-16)');
--@ in types since 10
INSERT INTO t.measured (c, l, a, p) VALUES (DEFAULT, 'abcdefg', '{3;4}', '(1,2)') RETURNING *; INSERT INTO t.measured (c) VALUES (2.6::float8) RETURNING c; SELECT * FROM t.a_casting;

SELECT 1.5::float8::t.celsius, 2::t.celsius, '5'::t.celsius::integer + 1, '3'::t.celsius::text, t.warmer('3', 4), ('(1,2)'::t.triple)[1], '7'::t.fever, (ROW(' ', 'x', '{1.234}', '5')::"T. ""%s"" ünï"."SELECT")::text;

-- refused 42846: no such cast
SELECT '2020-01-01'::date::t.celsius;

-- refused 23514: a domain over a base type
SELECT NULL::t.fever;

INSERT INTO t.steps DEFAULT VALUES RETURNING s; SELECT '[1,3]'::t.step, '[1,3]'::t.step @> 2, '[a,b]'::"T. ""%s"" ünï"."ra.ng""e"; SELECT enum_range(NULL::"T. ""%s"" ünï"."select"); SELECT '{}'::t.many, '101010'::t.bits;

INSERT INTO t.collated VALUES ('B', 'a'), ('a', 'b') RETURNING *; SELECT x FROM t.collated ORDER BY x; SELECT v FROM (VALUES ('a'), ('B'), ('ä')) v (v) ORDER BY v COLLATE "T. ""%s"" ünï"."col.l""ation";

-- refused 23514: in a collation
INSERT INTO t.collated VALUES ('b', 'B');

SET search_path = "T. ""%s"" ünï", pg_catalog; SELECT convert_to('ü', 'LATIN1');
--@ in types since 12
SELECT 'a' = 'A' COLLATE t.insensitive, 'ab' = 'Ac' COLLATE t.insensitive; SELECT v FROM (VALUES ('ad'), ('af'), ('ä')) v (v) ORDER BY v COLLATE "T. ""%s"" ünï".german;
--@ in types since 14
SELECT ('(1,2)'::t.subscripted)[1]; SELECT '{[1,3),[2,5)}'::"T. ""%s"" ünï"."ga.ps", '[1,2)'::t.gap;
--@ in types since 16
SELECT v FROM (VALUES ('W'), ('V'), ('w'), ('X')) v (v) ORDER BY v COLLATE t.ruled;
--@ in operators since 10
SELECT * FROM o.a_view; SELECT 1 OPERATOR("O.""%s".!~!) 2, OPERATOR(o.@#@) 4, 1 OPERATOR(o.%) 2, 1::bigint OPERATOR(o.===) 1; INSERT INTO o.a_table (b) VALUES (1), (9) RETURNING *;

-- refused 23514: an operator in a check
INSERT INTO o.a_table (b) VALUES (5);

INSERT INTO o.excluding VALUES (4), (3); ALTER TABLE o.indexed DISABLE TRIGGER USER; INSERT INTO o.indexed SELECT x % 3, x % 5, 'a'::tsquery, x FROM generate_series(1, 9) x; SET enable_seqscan = off; SET enable_sort = off; SELECT a FROM o.indexed WHERE a < 2 ORDER BY a DESC; SELECT a FROM o.indexed WHERE a IN (0, 2); SELECT * FROM o.sorted;

-- refused 23P01: with a hash
INSERT INTO o.excluding VALUES (4);

CREATE TEMP TABLE by_class (w o.word, n integer); CREATE INDEX ON by_class (n "O.""%s"."four"); INSERT INTO by_class SELECT 'a', x FROM generate_series(1, 5) x; SET enable_seqscan = off; SELECT n FROM by_class WHERE w = 'a' AND n OPERATOR("O.""%s".===) 3::bigint; SELECT n FROM by_class WHERE n <= 2;

ALTER TABLE o.indexed ENABLE TRIGGER USER;

-- refused 39P01: by a function that is for updates
INSERT INTO o.indexed (d) VALUES (10);
--@ in operators since 11
ALTER TABLE o.indexed DISABLE TRIGGER USER; SET enable_seqscan = off; SELECT d FROM o.indexed WHERE c @> 'a'::tsquery AND a = 1; INSERT INTO o.indexed (c, d) VALUES ('b & c', 12); SELECT d FROM o.indexed WHERE c @> 'c'::tsquery;
--@ in operators since 12
INSERT INTO o.stacked VALUES (1), (2); INSERT INTO o.stacked_parts VALUES (1) RETURNING tableoid::regclass; SELECT * FROM o.stacked; SELECT * FROM o.stacked_view;
--@ in operators since 13
CREATE TEMP TABLE by_block (a integer); CREATE INDEX ON by_block USING brin (a o.optioned); INSERT INTO by_block SELECT x FROM generate_series(1, 99) x; SET enable_seqscan = off; SELECT a FROM by_block WHERE a = 7;

INSERT INTO o.vectors VALUES ('a b'), ('c'); SET enable_seqscan = off; SELECT * FROM o.vectors WHERE v @@ 'a';
--@ in operators since 18
CREATE TEMP TABLE by_tree (a integer); CREATE INDEX ON by_tree USING tree (a); INSERT INTO by_tree SELECT generate_series(1, 5); SET enable_seqscan = off; SELECT a FROM by_tree WHERE a > 3;
--@ in textsearch since 10
INSERT INTO s.documents (body) VALUES ('Laufen the 3 dogs x@y.z http://a.b/c'), ('nothing') RETURNING *; SET enable_seqscan = off; SELECT body FROM s.documents WHERE to_tsvector('s.copied', body) @@ to_tsquery('s.copied', 'laufen'); SELECT body FROM s.documents WHERE v @@ 'nothing'; SELECT * FROM s.found;

SELECT * FROM ts_parse('s.parser', 'a 12 http://a.b/c'); SELECT * FROM ts_token_type('"S.""%"."par.s""er"'); SELECT ts_lexize('s.stem', 'laufen'), ts_lexize('s.stem', 'und'), ts_lexize('"S.""%"."dict.""%"', 'X'), ts_lexize('"S.""%"."DICT.""%"', 'X'); SELECT to_tsvector('"S.""%"."select"', 'a 12 http://a.b/c'), to_tsvector('"S.""%"."con.""fig"', 'a');
--@ in routines since 10
SELECT r.talking(3), r.odd(), r.transformed(1, 2); SELECT r.rows(1); SELECT * FROM r.columns(); SELECT * FROM r.tabular(); SELECT r.polymorphic(1, ARRAY[2, 3]), r.polymorphic('x'::text, ARRAY['y']); SELECT x, r.windowing() OVER (ORDER BY x / 2) FROM generate_series(1, 3) x; SELECT * FROM r.mapped(ROW(1, 'x'), NULL); SELECT "R.""%"."select"('s');

-- refused 22P02: what it assigns is no number
SELECT * FROM r.everything(1, 'b', 5, 6);

SELECT r.sum(x), r.average(x), r.any_count(x), r.counted(*), r.two(x, x), r.largest(x), r.middle(0.5) WITHIN GROUP (ORDER BY x), r.rank(3) WITHIN GROUP (ORDER BY x), "R.""%"."agg.""%"(x, x) FROM generate_series(1, 5) x; SELECT r.sum(x) OVER (ORDER BY x ROWS 1 PRECEDING) FROM generate_series(1, 5) x; SELECT * FROM r.aggregated;

-- refused P0001: by an event trigger
CREATE TABLE public.fires (a integer);

CREATE VIEW public.does_not_fire AS SELECT 1; DROP VIEW public.does_not_fire;

SELECT r.bound(); DROP EXTENSION pgcrypto;

-- refused 42883: went with its extension
SELECT r.bound();
--@ in routines since 11
-- refused 42883: went with its extension
CALL r.work(1);

SELECT r.modified(x) FROM generate_series(1, 3) x; CALL "R.""%"."pro.""%"();
--@ in routines since 14
INSERT INTO r.read VALUES (5, ROW(1, 'b')); SELECT * FROM r.atomic(); SELECT r.returning(ROW(4, 'x')); CALL "R.""%"."at.""omic"(NULL); SELECT * FROM r.a_reader; SELECT * FROM r.of_view(); SELECT * FROM r.read;
--@ in foreign since 10
-- refused 55000: a wrapper without a handler
SELECT * FROM f.far;

-- refused 08001: nobody is there
SELECT * FROM f.part;

-- refused 23514: no partition for it
INSERT INTO f.parts VALUES (9, 'x');

INSERT INTO f.parts VALUES (2, 'x') RETURNING tableoid::regclass; SELECT * FROM ONLY f.parent;
--@ in tables since 10
SELECT nextval('t.everything') FROM generate_series(1, 20); SELECT nextval('t.down'), nextval('t.down'); INSERT INTO t.identity DEFAULT VALUES RETURNING *; INSERT INTO t.identity DEFAULT VALUES RETURNING *;

INSERT INTO t.stored (a) VALUES ('x') RETURNING a, e, f, "h i", j, m, o, p, r; INSERT INTO t.unlogged DEFAULT VALUES RETURNING *; INSERT INTO t.typed (a, c) VALUES (1, '2020-01-01') RETURNING *;

-- refused 23514: a row without a date
INSERT INTO t.typed (a) VALUES (2);

INSERT INTO t.checked VALUES (1, 2, '1', 3);

-- refused 23514: a check over two columns
INSERT INTO t.checked VALUES (2, 2, '1', 3);

-- refused 23514: not valid, but for new rows
INSERT INTO t.checked VALUES (1, 2, '1', 7);

INSERT INTO t.keys VALUES (1, 1, 'a', '[1,5)', 1), (2, 2, 'b', '[1,5)', 2); BEGIN; UPDATE t.keys SET a = 2 WHERE e = 1; UPDATE t.keys SET a = 1 WHERE e = 2; COMMIT; SELECT * FROM t.keys ORDER BY e;

-- refused 23505: deferred
BEGIN; INSERT INTO t.keys VALUES (1, 7, 'c', '[7,9)', 3); COMMIT;

-- refused 23P01: an expression in a collation
INSERT INTO t.keys VALUES (3, 3, 'A', '[7,9)', 3);

INSERT INTO t.refers VALUES (2, 1, 1, 1, 1, 2); UPDATE t.keys SET a = 9 WHERE a = 2; SELECT * FROM t.refers;

-- refused 23503: restricted
UPDATE t.keys SET e = 9 WHERE e = 2;

INSERT INTO t.keys VALUES (5, 5, 'e', '[1,5)', 5); INSERT INTO t.refers (e) VALUES (5); DELETE FROM t.keys WHERE e = 5; SELECT * FROM t.refers;

-- refused 23503: all or none
INSERT INTO t.refers (a) VALUES (1);

GRANT USAGE ON SCHEMA t TO exerciser; GRANT ALL ON t.keys TO exerciser; SET ROLE exerciser; SELECT count(*) FROM t.keys; SELECT count(*) FROM t.keys WHERE a > 0;

-- refused 42P17: a policy that asks its own table
SET ROLE exerciser; UPDATE t.keys SET b = 0;

INSERT INTO t.indexed VALUES (1, 'x', 'a b', '(1,2)', '{"a": 1}', '[1,3)', 'y'), (2, 'z', 'c', '(3,4)', '{"b": 2}', '[5,7)', NULL); SET enable_seqscan = off; SELECT a FROM t.indexed WHERE b = 'x'; SELECT a FROM t.indexed WHERE c @@ 'a'; SELECT a FROM t.indexed WHERE e @> '{"b": 2}'; SELECT a FROM t.indexed WHERE d <@ box '(0,0),(2,2)'; SELECT a FROM t.indexed WHERE f && '[6,8)'; SELECT a FROM t.indexed WHERE a + 1 = 2; SELECT a FROM t.indexed WHERE b COLLATE "C" ~~ 'z%'; REFRESH MATERIALIZED VIEW t.clustered; CLUSTER t.clustered; SELECT * FROM t.clustered;

-- refused 23505: partial, in an order of its own
INSERT INTO t.indexed (a, b) VALUES (1, 'x');

INSERT INTO t.base (d) VALUES (2) RETURNING *; INSERT INTO t.child (c) VALUES (1) RETURNING *; INSERT INTO t.grandchild (c) VALUES (2) RETURNING *; INSERT INTO t.attached (a) VALUES (3) RETURNING *; SELECT * FROM t.base;

-- refused 23514: of the child alone
INSERT INTO t.child (c, f) VALUES (1, 1);

INSERT INTO t.ranges (a, b) VALUES (1, '2020-01-01') RETURNING tableoid::regclass, *; INSERT INTO t.ranges VALUES (50, '2020-01-01', 'a'), (250, '2020-01-01', 'x') RETURNING tableoid::regclass, *; UPDATE t.ranges_2 SET a = 60 RETURNING tableoid::regclass, *;

-- refused 23514: of the root
INSERT INTO t.ranges VALUES (1000, '2020-01-01');

INSERT INTO "T.""%"."user" VALUES (1, 'U') RETURNING *; INSERT INTO "T.""%"."User" VALUES (1); INSERT INTO "T.""%"."new
line" DEFAULT VALUES RETURNING *;

-- refused 23514: of one of three names
INSERT INTO "T.""%"."USER" VALUES (0);
--@ in tables since 11
INSERT INTO t.hashed SELECT x, x::text, x FROM generate_series(1, 20) x WHERE x IN (1, 5, 9) ON CONFLICT DO NOTHING;

INSERT INTO t.keys VALUES (20, 20, 'k', '[1,5)', 20); INSERT INTO t.listed VALUES (2, 20, 'x') RETURNING tableoid::regclass;

-- refused 23505: of a tree
INSERT INTO t.listed VALUES (2, 20, 'y');
--@ in tables since 12
INSERT INTO t.computed (a) VALUES (3) RETURNING *; INSERT INTO t.computed_child (a) VALUES (4) RETURNING *; INSERT INTO t.computed_parts (a) VALUES (1) RETURNING tableoid::regclass, *; INSERT INTO t.to_tree VALUES (2, 20); DELETE FROM t.keys WHERE e = 20; SELECT * FROM t.to_tree; SELECT * FROM t.listed;
--@ in tables since 15
INSERT INTO t.nulls VALUES (NULL, 1, NULL);

-- refused 23505: nulls are not distinct
INSERT INTO t.nulls VALUES (NULL, 2, NULL);
--@ in views since 10
INSERT INTO v.t (id, name) VALUES (1, 'one'), (2, 'two'), (8, 'eight') RETURNING *; SELECT * FROM v.log ORDER BY 1; SELECT what FROM v.touched ORDER BY n;

INSERT INTO v.t (id, name, "odd.""%") VALUES (4, 'four', 'x''y'); UPDATE v.t SET id = 9 WHERE id = 8; SELECT * FROM v.log; SELECT what FROM v.touched ORDER BY n;

INSERT INTO v.with_default (id) VALUES (3) RETURNING *; SELECT * FROM "V.""%"."vi.""ew%"; SELECT * FROM "V.""%"."VI.""EW%"; SELECT * FROM v.recursive; SELECT * FROM v.sets; SELECT * FROM v.grouped; SELECT * FROM v.distinct_on; SELECT * FROM v.values; SELECT * FROM v.by_key; SELECT * FROM v.a_on_b; SELECT * FROM v.renamed; SELECT * FROM v.complex;

INSERT INTO v.renamed (a) VALUES (5); UPDATE v.renamed SET b = 'x' WHERE a = 1; DELETE FROM v.renamed WHERE a = 1; SELECT what FROM v.touched ORDER BY n; INSERT INTO v.barrier (id, name) VALUES (6, 'six'); INSERT INTO v.checked (id) VALUES (7);

-- refused 44000: cascaded
INSERT INTO v.checked (id) VALUES (0);

-- refused 44000: local
INSERT INTO v.checked_local (id) VALUES (-2);

-- refused 54001: views that read each other
SELECT * FROM v.circle_a;

DELETE FROM v.t WHERE id = 2;

TRUNCATE v.log; TRUNCATE v.t; SELECT * FROM v.t; SELECT * FROM v.log; SELECT what FROM v.touched ORDER BY n;

REFRESH MATERIALIZED VIEW "V.""%"."ma.""t%"; REFRESH MATERIALIZED VIEW v.a_of_mat; REFRESH MATERIALIZED VIEW v.of_key; SELECT * FROM v.a_of_mat; SELECT * FROM v.filled;
--@ in views since 11
INSERT INTO v.parts VALUES (1, 1), (2, 1); SELECT what FROM v.touched ORDER BY n;
--@ in corners since 10
REFRESH MATERIALIZED VIEW a.kv3; SELECT * FROM a.kv3; SELECT * FROM a.k; INSERT INTO a.par VALUES (1, 1, 1) RETURNING *; INSERT INTO a.chi (i) VALUES (1) RETURNING i, j, k, l, m; INSERT INTO a.chi2 (i) VALUES (2) RETURNING i, j, k, m; INSERT INTO a.chi3 (i) VALUES (3) RETURNING i, j, k, l, m; SELECT * FROM a.par; SELECT * FROM a.v1; SELECT * FROM a.v0; SELECT * FROM a.v2;

-- refused 23514: inherited, with a function
INSERT INTO a.chi3 (i) VALUES (0);

-- refused 23514: not inherited
INSERT INTO a.par (i, k) VALUES (1, 8);

INSERT INTO a.chi (i, k) VALUES (1, 8); INSERT INTO a.pt VALUES (11, 1) RETURNING tableoid::regclass, *; INSERT INTO a.usesct DEFAULT VALUES RETURNING *; INSERT INTO a.u1 DEFAULT VALUES RETURNING *; INSERT INTO a.u2 DEFAULT VALUES RETURNING *; INSERT INTO a.ser (g) VALUES (1) RETURNING *; INSERT INTO a.idn SELECT FROM generate_series(1, 3) RETURNING *;

INSERT INTO a.kv2 VALUES (7); SELECT * FROM a.kv2; SELECT * FROM a.k; UPDATE a.kv2 SET i2 = 8; DELETE FROM a.kv2; SELECT * FROM a.touched; INSERT INTO a.onconf VALUES (7), (9); SELECT * FROM a.k; SELECT * FROM a.u2; INSERT INTO b.lt (p, c, s) VALUES ('a.b.c', '(1,2)', '1..2'); SET enable_seqscan = off; SELECT p, c, s FROM b.lt WHERE p OPERATOR(ext.<@) 'a.b'; SELECT p FROM b.lt WHERE p::text ~~ '%b.c%'; SELECT a.rec(3), (SELECT a.agg(x) FROM generate_series(1, 4) x);

BEGIN; INSERT INTO a.defer VALUES (1, 1), (1, 2); DELETE FROM a.defer WHERE j = 2; COMMIT;

-- refused 23P01: deferred
BEGIN; INSERT INTO a.defer VALUES (1, 3); COMMIT;
--@ in corners since 11
INSERT INTO a.ml VALUES (1, 1, 'x'), (1, 2, 'y') RETURNING tableoid::regclass; INSERT INTO a.att VALUES (1) RETURNING tableoid::regclass; INSERT INTO a.darr VALUES ('{1,2}');

-- refused 23502: within an array
INSERT INTO a.darr VALUES ('{1,NULL}');
--@ in corners since 13
INSERT INTO a.selfp VALUES (1, NULL), (20, 1) RETURNING tableoid::regclass; INSERT INTO a.genp (i) VALUES (1) RETURNING *; INSERT INTO a.gen_inh1 (i) VALUES (5) RETURNING *; SELECT * FROM a.gen_inh;

-- refused 23503: a tree to itself
DELETE FROM a.selfp WHERE id = 1;
--@ in corners since 14
SELECT a.at1(1), a.at2(), a.at3(2); CALL a.pr(); SELECT * FROM a.u2; INSERT INTO a.guses VALUES (1) RETURNING *;
--@ in called since 10
INSERT INTO f.t (a, b) VALUES (1, 'x') RETURNING *; INSERT INTO f.t (a, b) VALUES (2, 'y') RETURNING *; UPDATE f.t SET b = 'z'; DELETE FROM f.t WHERE a = 2; SELECT what FROM f.touched ORDER BY n; SELECT * FROM f.poly(3), f.inout(5); SELECT f.poly2(4, 5), f.typmod('abcd', 1.234, '1 day'), f.bs(), f.dq(), f.overload(1), f.overload(1::bigint), f.overload(ARRAY[1]), f.overload(NULL::f.t), f.overload(); SELECT * FROM f.tab(1); SELECT * FROM f.setof_t(); SELECT * FROM f.uses;

INSERT INTO f2.owner DEFAULT VALUES RETURNING *; INSERT INTO f.borrower (id3) VALUES (1) RETURNING *; SELECT nextval('f2.sq'), nextval('f.chain');

INSERT INTO o.t (id, v, w, x) VALUES (DEFAULT, 2::int8, '{1,2}', 4::int8), (7::int8, 1::int8, '{}', 9::int8) RETURNING *; INSERT INTO o.fk VALUES (7::int8); SELECT * FROM o.v; SELECT * FROM o.v2; SET enable_seqscan = off; SELECT id FROM o.t WHERE v OPERATOR(o.<) 2::int8; SELECT 3 OPERATOR(o.=~) 'x'::text, 2 OPERATOR(o.<+>) 3, OPERATOR(o.@#@) 4::int8; INSERT INTO o.rt VALUES (o.btr(1::int8, 5::int8));
--@ in called since 12
INSERT INTO o.h2p VALUES (1) RETURNING tableoid::regclass;
--@ in called since 14
SELECT f.std(4), f.std3(NULL); INSERT INTO f.gen (a) VALUES (1) RETURNING *; SELECT * FROM f.std2(); SELECT f.std4(); CALL f.po(1, NULL, NULL);

-- refused 23514: a function with a body of the standard
INSERT INTO f.gen (a) VALUES (-4);
--@ in unseen since 10
INSERT INTO i.c1 (f2) VALUES ('x') RETURNING *; INSERT INTO i.diamond DEFAULT VALUES RETURNING *; INSERT INTO i.c2 (f2) VALUES ('x') RETURNING *; INSERT INTO i.serial_c2 DEFAULT VALUES RETURNING *; INSERT INTO i.serial_c VALUES (1); SELECT * FROM i.p1; SELECT * FROM i.serial_p;

-- refused 23514: inherited from two
INSERT INTO i.mc (id, a) VALUES (1, 0);

INSERT INTO p.mc VALUES (-1, '2020-01-01', 'x'), (0, '2020-01-01', 'a'), (1, '2019-01-01', 'z'), (200, '2020-01-01', '') RETURNING tableoid::regclass; INSERT INTO p.le VALUES ('red', 'x'), (NULL, 'x'), ('it''s', 'NEW
LINE'), ('b"l', '%S') RETURNING tableoid::regclass; INSERT INTO p.lb VALUES (true), (false) RETURNING tableoid::regclass; INSERT INTO p.rn VALUES (1, 0, '2020-01-01 00:00:00+00'), (1, -1, '2020-01-01 00:00:00+00') RETURNING tableoid::regclass; INSERT INTO p.fx VALUES (45, 1) RETURNING tableoid::regclass; INSERT INTO p.arr VALUES ('{1,1}') RETURNING tableoid::regclass; INSERT INTO p.dt (d) VALUES (5), (77) RETURNING tableoid::regclass, *; INSERT INTO p.dt_att (d) VALUES (5) RETURNING *;

-- refused 23514: beyond an enum's partitions
INSERT INTO p.le VALUES ('it''s', 'other');

SELECT 5::c.d4, ROW(1, '{1}', 'x')::c.comp::text, 'bb'::text::c.enum; INSERT INTO c.et DEFAULT VALUES RETURNING *; INSERT INTO c.ranges (c) VALUES ('[10:00,11:00)') RETURNING *; INSERT INTO c.checked (x) VALUES (ROW(3, NULL, 'z')) RETURNING *; SELECT * FROM c.v; SELECT * FROM c.ret(); SELECT '3'::c.vc4 IS NULL WHERE false;

-- refused 23P01: a range of the user's
INSERT INTO c.ranges (c) VALUES ('[10:30,12:00)');

-- refused 23514: a domain over a domain
SELECT 100::c.d4;
--@ in unseen since 11
INSERT INTO i.pd DEFAULT VALUES RETURNING aa, bb, cc, z;
--@ in unseen since 12
INSERT INTO p.tgt VALUES (1); INSERT INTO p.ik VALUES (0, 1, 'x', 1) RETURNING tableoid::regclass, *; INSERT INTO p.to_part VALUES (0, 1); UPDATE p.ik SET b = 2 WHERE a = 0; SELECT * FROM p.to_part; INSERT INTO p.pp (a, b, c) VALUES (1, 0, 2) RETURNING *; DELETE FROM p.tgt WHERE id = 99; INSERT INTO p.gen VALUES (1) RETURNING *; INSERT INTO c.ndt VALUES ('a', 'x');

-- refused 23503: to a tree of two levels
DELETE FROM p.ik WHERE a = 0;
--@ in unseen since 18
INSERT INTO p.temp VALUES ('[1,2)', '[2020-01-01,2020-06-01)', 1), ('[1,2)', '[2020-06-01,2021-01-01)', 2) RETURNING tableoid::regclass; INSERT INTO p.temp_fk VALUES ('[5,6)', '[2020-03-01,2020-09-01)', '[1,2)'); INSERT INTO i.v1 VALUES (1); INSERT INTO i.v3 (a) VALUES (2); SELECT * FROM i.v1; INSERT INTO i.ne1 VALUES (-1); INSERT INTO p.g18 (a) VALUES (1) RETURNING *; INSERT INTO p.fkne VALUES (1, 99);

-- refused 23503: for all of the time
INSERT INTO p.temp_fk VALUES ('[6,7)', '[2020-03-01,2022-01-01)', '[1,2)');

-- refused 23514: enforced by the child
INSERT INTO i.ne3 VALUES (-1);

-- refused 23502: of a child
INSERT INTO i.n4 (a) VALUES (1);
