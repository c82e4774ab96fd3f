--@ since 10
-- Functions, aggregates and operators of every kind, each needing others.
SET check_function_bodies = off;
CREATE SCHEMA f;
CREATE SCHEMA f2;
CREATE TABLE f.t (a int, b text);
CREATE FUNCTION f.poly(anyelement, OUT x anyelement, OUT y anyarray) LANGUAGE sql AS 'SELECT $1, ARRAY[$1]';
CREATE FUNCTION f.poly2(VARIADIC anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT $1[1]';
CREATE FUNCTION f.poly3(a anyenum, b anynonarray DEFAULT NULL::int) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION f.variadic_any(VARIADIC "any") RETURNS int LANGUAGE internal AS 'pg_num_nulls';
CREATE FUNCTION f.inout(INOUT a int, INOUT b text DEFAULT 'q', IN c int DEFAULT 3) LANGUAGE plpgsql AS $x$ begin a := 1; end $x$;
CREATE FUNCTION f.tab(n int) RETURNS TABLE (a int, "B c" f.t, d f.t[]) LANGUAGE sql ROWS 5 AS $$ SELECT 1, NULL::f.t, NULL::f.t[] $$;
CREATE FUNCTION f.setof_t() RETURNS SETOF f.t LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS 'SELECT * FROM f.t';
CREATE FUNCTION f.sets() RETURNS void LANGUAGE sql SET search_path = '', "$user", f, "F 2" SET TimeZone = 'Europe/Berlin' SET datestyle
    TO iso, dmy SET session_preload_libraries = '' SET temp_tablespaces = '' SET statement_timeout = 0 SET "custom.x" = 'it''s, "q"' SET
    local_preload_libraries = 'a,b' SET default_text_search_config = 'pg_catalog.simple' SET enable_seqscan = off SET random_page_cost =
    1.1 AS '';
CREATE FUNCTION f.unset_() RETURNS void LANGUAGE sql SET search_path = '' AS '';
CREATE FUNCTION f.dq() RETURNS text LANGUAGE sql AS $outer$ SELECT '$$ $function$ $x$'::text || $in$ a $in$ -- '
$outer$;
CREATE FUNCTION f.bs() RETURNS text LANGUAGE plpgsql AS E'BEGIN\r\n RETURN ''a\\\\b''; END';
CREATE FUNCTION f.typmod(varchar(3), numeric(5,2), interval day) RETURNS char(4)[] LANGUAGE sql AS 'SELECT NULL::char(4)[]';
CREATE FUNCTION f.named("a b" int, "select" text, "Ü" f.t DEFAULT NULL) RETURNS refcursor LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE FUNCTION f.pseudo(internal, cstring, trigger_x int) RETURNS internal LANGUAGE internal AS 'textin';
CREATE FUNCTION f.ev() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION f.a1() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f.a0(x int DEFAULT f.a1()) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION f.a1() RETURNS int LANGUAGE sql AS 'SELECT f.a0()';
CREATE FUNCTION f2.sf(internal, int) RETURNS internal LANGUAGE internal AS 'int8_avg_accum';
CREATE AGGREGATE f.avg1(int4) (sfunc = int4_avg_accum, stype = _int8, finalfunc = int8_avg, initcond1 = '{0,0}');
CREATE AGGREGATE f.newcnt("any") (sfunc = int8inc_any, stype = int8, initcond = '0');
CREATE TYPE f.aggtype AS (a int, b int, c text);
CREATE FUNCTION f.aggf_trans(f.aggtype[], int, int, text) RETURNS f.aggtype[] AS 'select array_append($1, ROW($2,$3,$4)::f.aggtype)'
    LANGUAGE sql STRICT IMMUTABLE;
CREATE AGGREGATE f.aggfstr(integer, integer, text) (sfunc = f.aggf_trans, stype = f.aggtype[], initcond = '{}');
CREATE FUNCTION f.least_accum(anyelement, VARIADIC anyarray) RETURNS anyelement LANGUAGE sql AS
    'SELECT least($1, min($2[i])) FROM generate_subscripts($2, 1) g(i)';
CREATE AGGREGATE f.least_agg(VARIADIC items anyarray) (stype = anyelement, sfunc = f.least_accum);
CREATE AGGREGATE f.my_percentile_disc(float8 ORDER BY anyelement) (stype = internal, sfunc = ordered_set_transition, finalfunc =
    percentile_disc_final, finalfunc_extra = true);
CREATE AGGREGATE f.my_rank(VARIADIC "any" ORDER BY VARIADIC "any") (stype = internal, sfunc = ordered_set_transition_multi, finalfunc =
    rank_final, finalfunc_extra = true, hypothetical);
CREATE FUNCTION f.ossf(internal, float8, text) RETURNS internal LANGUAGE internal AS 'ordered_set_transition';
CREATE FUNCTION f.msf(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION f.mff(numeric) RETURNS text LANGUAGE sql AS 'SELECT ''''';
CREATE AGGREGATE f.moving(numeric) (sfunc = f.msf, stype = numeric, initcond = '12', finalfunc = f.mff, msfunc = f.msf, minvfunc = f.msf,
    mstype = numeric, minitcond = '0', mfinalfunc = f.mff, msspace = 9, sspace = 10);
CREATE AGGREGATE f.noargs(*) (sfunc = int8inc, stype = int8, initcond = 0, combinefunc = int8pl, parallel = safe);
CREATE AGGREGATE f.zero_args2(x bool) (sfunc = booland_statefunc, stype = bool, sortop = <, combinefunc = booland_statefunc);
COMMENT ON AGGREGATE f.least_agg(VARIADIC items anyarray) IS 'c';
COMMENT ON AGGREGATE f.noargs(*) IS 'n';
COMMENT ON AGGREGATE f.my_percentile_disc(float8 ORDER BY anyelement) IS 'o';
CREATE VIEW f.uses AS SELECT f.avg1(a), f.least_agg(a, 1), f.my_percentile_disc(0.3) WITHIN GROUP (ORDER BY a), f.my_rank(1, 'x') WITHIN
    GROUP (ORDER BY a, b DESC), f.noargs(*), f.newcnt(DISTINCT b) FILTER (WHERE a > 0), f.least_agg(VARIADIC ARRAY[a]) AS va FROM f.t;
CREATE FUNCTION f.tabledef() RETURNS int LANGUAGE sql AS 'SELECT max(a) FROM f.t';
ALTER TABLE f.t ADD COLUMN c int DEFAULT f.tabledef();
CREATE FUNCTION f.rowf(f.t) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a';
ALTER TABLE f.t ADD COLUMN d int DEFAULT f.rowf(NULL);
CREATE INDEX ON f.t (f.rowf(t));
CREATE TABLE f.circ_a (x int);
CREATE TABLE f.circ_b (y int, a f.circ_a);
CREATE FUNCTION f.of_b(f.circ_b) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE SEQUENCE f2.sq OWNED BY NONE;
ALTER TABLE f.circ_a ALTER x SET DEFAULT f.of_b(NULL) + nextval('f2.sq');
ALTER SEQUENCE f2.sq START 3;
CREATE TABLE f2.owner (id int, alt int DEFAULT nextval('f2.sq'));
CREATE SEQUENCE f2.own OWNED BY f2.owner.id;
CREATE TABLE f.borrower (id int DEFAULT nextval('f2.own'), id2 bigint DEFAULT nextval('f2.own'::text), id3 int DEFAULT currval('f2.own'));
ALTER TABLE f2.owner ALTER id SET DEFAULT nextval('f2.own') * 2;
CREATE SEQUENCE f.chain OWNED BY f.borrower.id;
CREATE VIEW f2.seqv AS SELECT last_value, nextval('f2.own') FROM f2.own;
CREATE FUNCTION f2.nx() RETURNS bigint LANGUAGE sql AS 'SELECT nextval(''f2.own'')';
ALTER TABLE f2.owner ADD COLUMN nx bigint DEFAULT f2.nx();
CREATE TABLE f.touched (n serial PRIMARY KEY, what text);
CREATE FUNCTION f.trg() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO f.touched (what) VALUES (concat_ws(' ', TG_TABLE_NAME, TG_NAME, TG_WHEN, TG_OP, TG_LEVEL, array_to_string(TG_ARGV, ',')));
    IF TG_LEVEL = 'STATEMENT' THEN RETURN NULL; ELSIF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$;
CREATE TRIGGER "Z" BEFORE INSERT OR DELETE OR UPDATE OF a, b ON f.t FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE PROCEDURE
    f.trg('1', 'x y', E'\\', '');
CREATE TRIGGER w2 AFTER UPDATE ON f.t FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE PROCEDURE f.trg();
CREATE CONSTRAINT TRIGGER ct AFTER INSERT ON f.t NOT DEFERRABLE FOR EACH ROW EXECUTE PROCEDURE f.trg();
CREATE TRIGGER tr3 AFTER INSERT OR UPDATE ON f2.owner FOR EACH STATEMENT EXECUTE PROCEDURE f.trg();
CREATE TRIGGER tr4 AFTER INSERT ON f2.owner REFERENCING NEW TABLE AS nt FOR EACH ROW EXECUTE PROCEDURE f.trg();
CREATE FUNCTION f.overload(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f.overload(bigint) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f.overload(int[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f.overload(f.t) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f.overload() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE EVENT TRIGGER "e t" ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE') EXECUTE PROCEDURE f.ev();
ALTER EVENT TRIGGER "e t" ENABLE ALWAYS;
CREATE EVENT TRIGGER e2 ON sql_drop EXECUTE PROCEDURE f.ev();
ALTER EVENT TRIGGER e2 DISABLE;
CREATE SCHEMA o;
CREATE SCHEMA a_o;
CREATE OPERATOR o.## (leftarg = path, rightarg = path, procedure = path_inter, commutator = OPERATOR(o.##));
CREATE OPERATOR o.@#@ (rightarg = int8, procedure = int8um);
CREATE FUNCTION o.it(int, text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION o.ti(text, int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR o.=~ (leftarg = int, rightarg = text, procedure = o.it, commutator = OPERATOR(a_o.~=), negator = OPERATOR(o.!!=~),
    restrict = contsel, join = contjoinsel);
CREATE OPERATOR o.<+> (leftarg = int, rightarg = int, procedure = int4pl, commutator = OPERATOR(o.<->>));
CREATE OPERATOR o.=== (leftarg = int8, rightarg = int8, procedure = int8eq, commutator = OPERATOR(o.===), negator = OPERATOR(o.!==),
    restrict = eqsel, join = eqjoinsel, hashes, merges);
CREATE OPERATOR o.!== (leftarg = int8, rightarg = int8, procedure = int8ne, negator = OPERATOR(o.===), restrict = neqsel, join =
    neqjoinsel);
CREATE TYPE o.bt;
CREATE FUNCTION o.bin(cstring) RETURNS o.bt LANGUAGE internal IMMUTABLE STRICT AS 'int8in';
CREATE FUNCTION o.bout(o.bt) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int8out';
CREATE TYPE o.bt (input = o.bin, output = o.bout, like = int8);
CREATE FUNCTION o.lt(o.bt, o.bt) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'int8lt';
CREATE FUNCTION o.le(o.bt, o.bt) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'int8le';
CREATE FUNCTION o.eq(o.bt, o.bt) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'int8eq';
CREATE FUNCTION o.ge(o.bt, o.bt) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'int8ge';
CREATE FUNCTION o.gt(o.bt, o.bt) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'int8gt';
CREATE FUNCTION o.cmp(o.bt, o.bt) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'btint8cmp';
CREATE FUNCTION o.hash(o.bt) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'hashint8';
CREATE OPERATOR o.> (leftarg = o.bt, rightarg = o.bt, procedure = o.gt, commutator = OPERATOR(o.<), negator = OPERATOR(o.<=));
CREATE OPERATOR o.< (leftarg = o.bt, rightarg = o.bt, procedure = o.lt, commutator = OPERATOR(o.>), negator = OPERATOR(o.>=));
CREATE OPERATOR o.>= (leftarg = o.bt, rightarg = o.bt, procedure = o.ge, commutator = OPERATOR(o.<=), negator = OPERATOR(o.<));
CREATE OPERATOR o.<= (leftarg = o.bt, rightarg = o.bt, procedure = o.le, commutator = OPERATOR(o.>=), negator = OPERATOR(o.>));
CREATE OPERATOR o.= (leftarg = o.bt, rightarg = o.bt, procedure = o.eq, commutator = OPERATOR(o.=), merges, hashes);
CREATE OPERATOR CLASS o.btops DEFAULT FOR TYPE o.bt USING btree AS OPERATOR 1 o.<, OPERATOR 2 o.<=, OPERATOR 3 o.=, OPERATOR 4 o.>=,
    OPERATOR 5 o.>, FUNCTION 1 o.cmp(o.bt, o.bt);
CREATE OPERATOR CLASS o.hashops DEFAULT FOR TYPE o.bt USING hash AS OPERATOR 1 o.=, FUNCTION 1 o.hash(o.bt);
CREATE CAST (int8 AS o.bt) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (o.bt AS int8) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE TABLE o.t (id o.bt PRIMARY KEY DEFAULT 5::int8, v o.bt UNIQUE, w o.bt[], x o.bt CHECK (x OPERATOR(o.>) 3::int8), EXCLUDE USING
    hash (x WITH OPERATOR(o.=)));
CREATE INDEX ON o.t USING hash (v);
CREATE INDEX ON o.t (v DESC) WHERE x OPERATOR(o.<) '7'::o.bt;
CREATE TABLE o.fk (r o.bt REFERENCES o.t);
CREATE TYPE o.btr AS RANGE (subtype = o.bt);
CREATE TYPE o.btr2 AS RANGE (subtype = o.bt, subtype_opclass = o.btops);
CREATE TABLE o.rt (r o.btr, EXCLUDE USING gist (r WITH &&));
CREATE VIEW o.v AS SELECT DISTINCT v, id FROM o.t ORDER BY v USING OPERATOR(o.>);
CREATE VIEW o.v2 AS SELECT v OPERATOR(o.=) ANY (w) AS an, v OPERATOR(o.=) ANY (SELECT id FROM o.t) AS i, GREATEST(v, id) AS g, 
    OPERATOR(o.@#@) 3::int8 AS pre FROM o.t;
CREATE OPERATOR FAMILY o.fam USING btree;
CREATE OPERATOR CLASS o.c4 FOR TYPE int4 USING btree FAMILY o.fam AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5
    >, FUNCTION 1 btint4cmp(int4, int4);
CREATE OPERATOR CLASS o.c8 FOR TYPE int8 USING btree FAMILY o.fam AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5
    >, FUNCTION 1 btint8cmp(int8, int8);
ALTER OPERATOR FAMILY o.fam USING btree ADD OPERATOR 1 < (int4, int8), OPERATOR 3 = (int4, int8), FUNCTION 1 (int4, int8)
    btint48cmp(int4, int8);
ALTER OPERATOR FAMILY o.fam USING btree DROP OPERATOR 3 (int4, int8);
CREATE OPERATOR CLASS a_o.gist1 FOR TYPE point USING gist AS OPERATOR 15 <-> (point, point) FOR ORDER BY pg_catalog.float_ops, FUNCTION 1
    gist_point_consistent(internal, point, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal), FUNCTION 3
    gist_point_compress(internal), FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal,
    internal), FUNCTION 7 gist_box_same(box, box, internal), FUNCTION 8 gist_point_distance(internal, point, smallint, oid, internal),
    FUNCTION 9 gist_point_fetch(internal), STORAGE box;
CREATE OPERATOR CLASS a_o.gin1 FOR TYPE int4[] USING gin AS OPERATOR 1 && (anyarray, anyarray), FUNCTION 1 btint4cmp(int4, int4),
    FUNCTION 2 ginarrayextract(anyarray, internal, internal), FUNCTION 3 ginqueryarrayextract(anyarray, internal, smallint, internal,
    internal, internal, internal), FUNCTION 4 ginarrayconsistent(internal, smallint, anyarray, integer, internal, internal, internal,
    internal), STORAGE int4;
CREATE TABLE a_o.idx (p point, a int[], i int, j int8, t text, m macaddr);
CREATE INDEX ON a_o.idx USING gin (a a_o.gin1);
CREATE INDEX ON a_o.idx (i o.c4, j o.c8 DESC);
CREATE INDEX ON a_o.idx (t varchar_ops, t text_pattern_ops);
CREATE INDEX ON a_o.idx USING brin (m, i);
CREATE OPERATOR FAMILY o.emptyfam USING gin;
COMMENT ON OPERATOR FAMILY o.emptyfam USING gin IS 'f';
COMMENT ON OPERATOR CLASS a_o.gin1 USING gin IS 'c';
COMMENT ON OPERATOR o.@#@ (NONE, int8) IS 'pre';
CREATE FUNCTION o.eqsel(internal, oid, internal, integer) RETURNS float8 LANGUAGE internal STABLE STRICT AS 'eqsel';
CREATE OPERATOR o.~~~ (leftarg = text, rightarg = text, procedure = texteq, restrict = o.eqsel);
CREATE DOMAIN o.dom AS int;
CREATE FUNCTION o.domf(o.dom, o.dom) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR o.<< (leftarg = o.dom, rightarg = o.dom, procedure = o.domf);
CREATE TEXT SEARCH PARSER o.prs (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
CREATE TEXT SEARCH CONFIGURATION o.cfg (parser = o.prs);
CREATE TEXT SEARCH DICTIONARY o.syn (template = synonym, synonyms = 'synonym_sample', casesensitive = 1);
CREATE TEXT SEARCH DICTIONARY o.thes (template = thesaurus, dictfile = thesaurus_sample, dictionary = english_stem);
CREATE TEXT SEARCH DICTIONARY o.isp (template = ispell, dictfile = ispell_sample, afffile = ispell_sample, stopwords = english);
ALTER TEXT SEARCH CONFIGURATION o.cfg ADD MAPPING FOR asciiword, word, numword WITH o.thes, o.syn, o.isp, english_stem;
CREATE TABLE o.ts (b text, v tsvector);
CREATE INDEX ON o.ts USING gin (to_tsvector('o.cfg', b));
CREATE INDEX ON o.ts USING gist (v);
CREATE CONVERSION o.cv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
--@ since 11
SET check_function_bodies = off;
CREATE PROCEDURE f.p(a int, INOUT b text DEFAULT NULL) LANGUAGE plpgsql SET search_path = f AS 'BEGIN END';
CREATE PROCEDURE f.p(VARIADIC x int[]) LANGUAGE sql AS '';
CREATE AGGREGATE f.fm(int) (sfunc = int4pl, stype = int, finalfunc_modify = read_write, mfinalfunc_modify = shareable, msfunc = int4pl,
    minvfunc = int4mi, mstype = int, finalfunc = int4abs, mfinalfunc = int4abs);
CREATE OPERATOR CLASS o.hx FOR TYPE int8 USING hash AS OPERATOR 1 o.===, FUNCTION 1 hashint8(int8), FUNCTION 2 hashint8extended(int8,
    int8);
CREATE TABLE o.hp (a int8) PARTITION BY HASH (a o.hx);
CREATE TABLE o.hp0 PARTITION OF o.hp FOR VALUES WITH (modulus 1, remainder 0);
CREATE TABLE o.rp (a o.bt) PARTITION BY RANGE (a);
CREATE TABLE o.rp0 PARTITION OF o.rp FOR VALUES FROM ('1'::o.bt) TO ('9');
--@ since 12
SET check_function_bodies = off;
CREATE ACCESS METHOD h2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE o.h2t (a int) USING h2;
CREATE TABLE o.h2p (a int) PARTITION BY LIST (a);
CREATE TABLE o.h2p1 PARTITION OF o.h2p FOR VALUES IN (1) USING h2;
CREATE MATERIALIZED VIEW o.h2m USING h2 AS SELECT 1 AS a;
--@ since 13
SET check_function_bodies = off;
CREATE OPERATOR CLASS o.bt4 FOR TYPE int4 USING btree FAMILY o.btops AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=,
    OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4), FUNCTION 4 btequalimage(oid);
--@ since 14
SET check_function_bodies = off;
CREATE PROCEDURE f.po(IN a int, OUT b int, OUT c text) LANGUAGE plpgsql AS 'BEGIN b := 1; END';
CREATE FUNCTION f.std(a int, b int DEFAULT 3) RETURNS int LANGUAGE sql IMMUTABLE STRICT RETURN a + b;
CREATE FUNCTION f.std2() RETURNS SETOF f.t LANGUAGE sql BEGIN ATOMIC INSERT INTO f.t (a) VALUES (f.std(1)) RETURNING *; SELECT * FROM
    f.t; END;
CREATE FUNCTION f.std3(t f.t) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT (t).b || 'x;''y'; END;
CREATE TABLE f.gen (a int, b int GENERATED ALWAYS AS (f.std(a)) STORED, c int DEFAULT f.std(1, 2), CHECK (f.std(a) > 0));
CREATE INDEX ON f.gen (f.std(b));
CREATE FUNCTION f.std4() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM f.gen; END;
ALTER TABLE f.gen ALTER c SET DEFAULT f.std4();
CREATE VIEW f.sv AS SELECT f.std4() AS n;
CREATE FUNCTION f.std5() RETURNS SETOF f.sv LANGUAGE sql BEGIN ATOMIC SELECT * FROM f.sv; END;
CREATE OR REPLACE VIEW f.sv AS SELECT n FROM f.std5();
CREATE FUNCTION f.std6() RETURNS void LANGUAGE sql BEGIN ATOMIC END;
--@ since 17
SET check_function_bodies = off;
CREATE ACCESS METHOD h3 TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE o.h3p (a int) PARTITION BY LIST (a) USING h3;
CREATE TABLE o.h3p1 PARTITION OF o.h3p FOR VALUES IN (1);
