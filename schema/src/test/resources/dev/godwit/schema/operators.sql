--@ since 10
SET check_function_bodies = off;
CREATE SCHEMA o;
CREATE SCHEMA "O.""%s";
CREATE FUNCTION o.near(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs($1 - $2) < 2';
CREATE FUNCTION o.far(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs($1 - $2) >= 2';
CREATE OPERATOR o.<~> (PROCEDURE = o.near, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(o.<~>),
    NEGATOR = OPERATOR("O.""%s".!~!), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR "O.""%s".!~! (PROCEDURE = o.far, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR("O.""%s".!~!),
    NEGATOR = OPERATOR(o.<~>), RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR o.@#@ (PROCEDURE = int4um, RIGHTARG = integer);
CREATE OPERATOR o.% (PROCEDURE = int4pl, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR "O.""%s".=== (PROCEDURE = int48eq, LEFTARG = integer, RIGHTARG = bigint, COMMUTATOR = OPERATOR(o.===));
CREATE OPERATOR o.=== (PROCEDURE = int84eq, LEFTARG = bigint, RIGHTARG = integer, COMMUTATOR = OPERATOR("O.""%s".===));
COMMENT ON OPERATOR o.<~> (integer, integer) IS 'near';
COMMENT ON OPERATOR o.@#@ (NONE, integer) IS 'minus';
CREATE VIEW o.a_view AS SELECT 1 OPERATOR(o.<~>) 2 AS near, OPERATOR(o.@#@) 3 AS minus, 1 OPERATOR("O.""%s".===) 2::bigint AS same;
CREATE TABLE o.a_table (a integer DEFAULT (1 OPERATOR(o.%) 2), b integer CHECK (b OPERATOR("O.""%s".!~!) 5));
CREATE INDEX ON o.a_table (a) WHERE a OPERATOR(o.<~>) 3;
CREATE TABLE o.excluding (a integer, EXCLUDE USING hash (a WITH =), CONSTRAINT "ex.""%" EXCLUDE (a WITH =) WHERE (a OPERATOR(o.<~>) 1));

CREATE FUNCTION o.compare(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp($2, $1)';
CREATE OPERATOR CLASS o.backwards FOR TYPE integer USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=,
    OPERATOR 5 <, FUNCTION 1 o.compare(integer, integer);
COMMENT ON OPERATOR CLASS o.backwards USING btree IS 'backwards';
COMMENT ON OPERATOR FAMILY o.backwards USING btree IS 'made with its class';
CREATE OPERATOR FAMILY "O.""%s"."fam.""%" USING btree;
COMMENT ON OPERATOR FAMILY "O.""%s"."fam.""%" USING btree IS 'across types';
CREATE OPERATOR CLASS "O.""%s"."four" FOR TYPE integer USING btree FAMILY "O.""%s"."fam.""%" AS OPERATOR 1 <, OPERATOR 2 <=,
    OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer), FUNCTION 2 btint4sortsupport(internal);
CREATE OPERATOR CLASS "O.""%s"."FOUR" FOR TYPE bigint USING btree FAMILY "O.""%s"."fam.""%" AS OPERATOR 1 <, OPERATOR 2 <=,
    OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint8cmp(bigint, bigint);
ALTER OPERATOR FAMILY "O.""%s"."fam.""%" USING btree ADD OPERATOR 1 <(integer, bigint), OPERATOR 2 <=(integer, bigint),
    OPERATOR 3 "O.""%s".===(integer, bigint), OPERATOR 4 >=(integer, bigint), OPERATOR 5 >(integer, bigint),
    FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint);
CREATE OPERATOR FAMILY o.empty USING hash;
CREATE OPERATOR FAMILY o.loose USING gist;
ALTER OPERATOR FAMILY o.loose USING gist ADD OPERATOR 15 <->(point, point) FOR ORDER BY pg_catalog.float_ops;
CREATE TYPE o.word AS ENUM ('a', 'b');
CREATE OPERATOR CLASS o.words DEFAULT FOR TYPE o.word USING hash AS OPERATOR 1 =(anyenum, anyenum), FUNCTION 1 hashenum(anyenum);
CREATE OPERATOR CLASS o.bare FOR TYPE circle USING brin AS STORAGE circle;
CREATE TABLE o.indexed (a integer, b bigint, c tsquery, d integer PRIMARY KEY);
CREATE INDEX indexed_backwards ON o.indexed (a o.backwards DESC, b "O.""%s"."FOUR");
CREATE VIEW o.sorted AS SELECT a FROM o.indexed ORDER BY a USING OPERATOR(pg_catalog.>);

-- Access methods.
CREATE ACCESS METHOD tree TYPE INDEX HANDLER bthandler;
CREATE ACCESS METHOD "me.th""od" TYPE INDEX HANDLER hashhandler;
COMMENT ON ACCESS METHOD "me.th""od" IS 'odd';
CREATE FUNCTION o.handler(internal) RETURNS index_am_handler LANGUAGE internal AS 'bthandler';
CREATE ACCESS METHOD own TYPE INDEX HANDLER o.handler;
CREATE OPERATOR CLASS o.treelike DEFAULT FOR TYPE integer USING tree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=,
    OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
--@ since 11
CREATE OPERATOR CLASS o.stored FOR TYPE tsquery USING gist AS STORAGE bigint, OPERATOR 7 @>(tsquery, tsquery),
    FUNCTION 1 gtsquery_consistent(internal, tsquery, smallint, oid, internal), FUNCTION 2 gtsquery_union(internal, internal),
    FUNCTION 3 gtsquery_compress(internal), FUNCTION 5 gtsquery_penalty(internal, internal, internal),
    FUNCTION 6 gtsquery_picksplit(internal, internal), FUNCTION 7 gtsquery_same(bigint, bigint, internal);
CREATE INDEX indexed_stored ON o.indexed USING gist (c o.stored);
--@ since 12
CREATE ACCESS METHOD stack TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE o.stacked (a integer) USING stack;
CREATE MATERIALIZED VIEW o.stacked_view USING stack AS SELECT 1 AS one;
CREATE TABLE o.stacked_parts (a integer) PARTITION BY LIST (a);
CREATE TABLE o.stacked_part PARTITION OF o.stacked_parts FOR VALUES IN (1) USING stack;
--@ since 13
CREATE OPERATOR CLASS o.optioned FOR TYPE integer USING brin AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=,
    OPERATOR 5 >, FUNCTION 1 brin_minmax_opcinfo(internal), FUNCTION 2 brin_minmax_add_value(internal, internal, internal, internal),
    FUNCTION 3 brin_minmax_consistent(internal, internal, internal), FUNCTION 4 brin_minmax_union(internal, internal, internal);
CREATE INDEX signed ON o.indexed USING gist (c tsquery_ops) ;
CREATE TABLE o.vectors (v tsvector);
CREATE INDEX vectors_signed ON o.vectors USING gist (v tsvector_ops (siglen = 100));
--@ since 10
CREATE EXTENSION btree_gin;
ALTER INDEX o.indexed_backwards DEPENDS ON EXTENSION btree_gin;
CREATE MATERIALIZED VIEW o."bound.""%" AS SELECT 1 AS one;
ALTER MATERIALIZED VIEW o."bound.""%" DEPENDS ON EXTENSION btree_gin;
CREATE TRIGGER "bound.""%" BEFORE INSERT ON o.indexed FOR EACH ROW EXECUTE PROCEDURE suppress_redundant_updates_trigger();
ALTER TRIGGER "bound.""%" ON o.indexed DEPENDS ON EXTENSION btree_gin;
