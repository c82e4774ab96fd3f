--@ since 10
SET check_function_bodies = off;
CREATE SCHEMA t;
CREATE SCHEMA "T. ""%s"" ünï";
CREATE TYPE t.mere_name;
COMMENT ON TYPE t.mere_name IS 'a shell';
CREATE TYPE "T. ""%s"" ünï"."mere "" name.%";
CREATE TYPE t.celsius;
CREATE FUNCTION t.celsius_in(cstring) RETURNS t.celsius LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION t.celsius_out(t.celsius) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE FUNCTION t.celsius_recv(internal) RETURNS t.celsius LANGUAGE internal IMMUTABLE STRICT AS 'int4recv';
CREATE FUNCTION t.celsius_send(t.celsius) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'int4send';
COMMENT ON FUNCTION t.celsius_in(cstring) IS 'reads';
CREATE TYPE t.celsius (INPUT = t.celsius_in, OUTPUT = t.celsius_out, RECEIVE = t.celsius_recv, SEND = t.celsius_send,
    LIKE = integer, CATEGORY = 'N', PREFERRED = true, DEFAULT = '37', DELIMITER = ';');
COMMENT ON TYPE t.celsius IS 'base';
CREATE TYPE "T. ""%s"" ünï"."abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk";
CREATE FUNCTION "T. ""%s"" ünï"."in %"(cstring, oid, integer) RETURNS "T. ""%s"" ünï"."abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
    LANGUAGE internal STABLE STRICT AS 'varcharin';
CREATE FUNCTION "T. ""%s"" ünï"."out %"("T. ""%s"" ünï"."abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk") RETURNS cstring
    LANGUAGE internal IMMUTABLE STRICT AS 'varcharout';
CREATE FUNCTION t.modifier_in(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE FUNCTION t.modifier_out(integer) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
CREATE FUNCTION t.analyze(internal) RETURNS boolean LANGUAGE internal STRICT AS 'array_typanalyze';
CREATE TYPE "T. ""%s"" ünï"."abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk" (INPUT = "T. ""%s"" ünï"."in %",
    OUTPUT = "T. ""%s"" ünï"."out %", TYPMOD_IN = t.modifier_in, TYPMOD_OUT = t.modifier_out, ANALYZE = t.analyze,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = main, COLLATABLE = true);
CREATE TYPE t.triple;
CREATE FUNCTION t.triple_in(cstring) RETURNS t.triple LANGUAGE internal IMMUTABLE STRICT AS 'point_in';
CREATE FUNCTION t.triple_out(t.triple) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'point_out';
CREATE TYPE t.triple (INPUT = t.triple_in, OUTPUT = t.triple_out, INTERNALLENGTH = 16, ALIGNMENT = double, ELEMENT = float8);
CREATE TABLE t.measured (c t.celsius DEFAULT '36', l "T. ""%s"" ünï"."abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"(7) COLLATE "C",
    a t.celsius[], p t.triple, k t.celsius[] DEFAULT '{1;2}');
CREATE FUNCTION t.warmer(t.celsius, integer) RETURNS t.celsius LANGUAGE internal IMMUTABLE STRICT AS 'int4pl';
CREATE DOMAIN t.fever AS t.celsius DEFAULT '39' CONSTRAINT hot CHECK (t.warmer(VALUE, 1) IS NOT NULL) CONSTRAINT "not "" cold.%" CHECK (VALUE IS NOT NULL);
COMMENT ON DOMAIN t.fever IS 'domain over a base type';
COMMENT ON CONSTRAINT "not "" cold.%" ON DOMAIN t.fever IS 'odd name';
ALTER DOMAIN t.fever ADD CONSTRAINT late CHECK (VALUE IS NOT NULL) NOT VALID;

CREATE TYPE t.step;
CREATE FUNCTION t.step_canonical(t.step) RETURNS t.step LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE FUNCTION t.step_difference(integer, integer) RETURNS float8 LANGUAGE internal IMMUTABLE STRICT AS 'int4range_subdiff';
CREATE TYPE t.step AS RANGE (SUBTYPE = integer, SUBTYPE_OPCLASS = int4_ops, CANONICAL = t.step_canonical,
    SUBTYPE_DIFF = t.step_difference);
COMMENT ON TYPE t.step IS 'range';
CREATE TYPE "T. ""%s"" ünï"."ra.ng""e" AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops, COLLATION = "POSIX");
CREATE TABLE t.steps (s t.step DEFAULT '[1,5)', "r.%" "T. ""%s"" ünï"."ra.ng""e"[]);
CREATE TYPE "T. ""%s"" ünï"."select" AS ENUM ('', ' ', 'a''b', 'x"y', 'new
line', 'ünï', '%s', '\');
CREATE TYPE "T. ""%s"" ünï"."SELECT" AS (id "T. ""%s"" ünï"."select", "from" text COLLATE "C", "FROM" numeric(5, 2)[], "new
line" t.celsius);
COMMENT ON TYPE "T. ""%s"" ünï"."SELECT" IS 'composite';
COMMENT ON COLUMN "T. ""%s"" ünï"."SELECT"."new
line" IS 'a
b';
CREATE TYPE t.nothing AS ();
CREATE DOMAIN t.many AS "T. ""%s"" ünï"."SELECT"[] DEFAULT '{}' NOT NULL;
CREATE DOMAIN t.bits AS bit varying(5);
CREATE DOMAIN t.sorted AS text COLLATE "POSIX";
CREATE DOMAIN t.plain AS t.sorted COLLATE "default";
CREATE COLLATION t.posix (LC_COLLATE = 'POSIX', LC_CTYPE = 'C');
CREATE COLLATION "T. ""%s"" ünï"."col.l""ation" FROM "C";
COMMENT ON COLLATION t.posix IS 'two parts';
CREATE TABLE t.collated (x text COLLATE t.posix, y text COLLATE "T. ""%s"" ünï"."col.l""ation", CHECK (x < y COLLATE "C"));
CREATE INDEX ON t.collated (x COLLATE "C", (y || 'x') COLLATE "POSIX");

CREATE FUNCTION t.to_celsius(float8) RETURNS t.celsius LANGUAGE internal IMMUTABLE STRICT AS 'dtoi4';
CREATE CAST (float8 AS t.celsius) WITH FUNCTION t.to_celsius(float8) AS ASSIGNMENT;
CREATE CAST (t.celsius AS integer) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (t.celsius AS text) WITH INOUT;
CREATE CAST (integer AS t.celsius) WITHOUT FUNCTION;
CREATE FUNCTION t.sized(t.celsius, integer, boolean) RETURNS t.celsius LANGUAGE internal IMMUTABLE STRICT AS 'int4pl';
CREATE CAST (t.celsius AS t.celsius) WITH FUNCTION t.sized(t.celsius, integer, boolean) AS IMPLICIT;
CREATE CAST ("T. ""%s"" ünï"."SELECT" AS text) WITH INOUT AS ASSIGNMENT;
COMMENT ON CAST (float8 AS t.celsius) IS 'rounds';
COMMENT ON CAST ("T. ""%s"" ünï"."SELECT" AS text) IS 'odd';
CREATE VIEW t.a_casting AS SELECT 1.5::float8::t.celsius AS c, (2)::t.celsius AS d, c::integer AS e, c::text AS f FROM t.measured;
CREATE CONVERSION t.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE DEFAULT CONVERSION "T. ""%s"" ünï"."con.v""" FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
COMMENT ON CONVERSION t.conv IS 'conversion';
--@ since 12
CREATE COLLATION t.insensitive (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE COLLATION "T. ""%s"" ünï".german (PROVIDER = icu, LOCALE = 'de-u-co-phonebk');
--@ since 14
CREATE FUNCTION t.subscript(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'raw_array_subscript_handler';
CREATE TYPE t.subscripted;
CREATE FUNCTION t.subscripted_in(cstring) RETURNS t.subscripted LANGUAGE internal IMMUTABLE STRICT AS 'point_in';
CREATE FUNCTION t.subscripted_out(t.subscripted) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'point_out';
CREATE TYPE t.subscripted (INPUT = t.subscripted_in, OUTPUT = t.subscripted_out, SUBSCRIPT = t.subscript, INTERNALLENGTH = 16,
    ALIGNMENT = double, ELEMENT = float8);
CREATE TYPE t.gap AS RANGE (SUBTYPE = integer, MULTIRANGE_TYPE_NAME = "T. ""%s"" ünï"."ga.ps");
CREATE TABLE t.gaps (g "T. ""%s"" ünï"."ga.ps", h t.gap);
--@ since 16
CREATE COLLATION t.ruled (PROVIDER = icu, LOCALE = 'und', RULES = '&V << w <<< W');
