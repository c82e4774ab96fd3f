--@ since 10
SET check_function_bodies = off;
CREATE SCHEMA r;
CREATE SCHEMA "R.""%";
CREATE FUNCTION r.handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION r.inline(internal) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION r.validator(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE talk HANDLER r.handler INLINE r.inline VALIDATOR r.validator;
CREATE LANGUAGE "ta.""lk" HANDLER r.handler;
COMMENT ON LANGUAGE talk IS 'language';
CREATE FUNCTION r.talking(i integer) RETURNS integer LANGUAGE talk AS 'BEGIN RETURN i; END';
CREATE FUNCTION r.odd() RETURNS integer LANGUAGE "ta.""lk" AS 'BEGIN RETURN 1; END';
CREATE TYPE r.pair AS (a integer, b text);
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));
CREATE TRANSFORM FOR bigint LANGUAGE "ta.""lk" (FROM SQL WITH FUNCTION prsd_lextype(internal));
CREATE FUNCTION r.to_pair(internal) RETURNS r.pair LANGUAGE internal STABLE AS 'record_recv';
CREATE TRANSFORM FOR r.pair LANGUAGE talk (TO SQL WITH FUNCTION r.to_pair(internal));
COMMENT ON TRANSFORM FOR integer LANGUAGE sql IS 'transform';
COMMENT ON TRANSFORM FOR bigint LANGUAGE "ta.""lk" IS 'odd';
CREATE FUNCTION r.transformed(i integer, p bigint) RETURNS integer LANGUAGE sql TRANSFORM FOR TYPE integer AS 'SELECT 1';

CREATE FUNCTION r.everything(a integer, INOUT b text DEFAULT 'x''y\z', OUT c numeric, VARIADIC d integer[] DEFAULT '{1,2}') RETURNS record
    LANGUAGE plpgsql STABLE STRICT LEAKPROOF SECURITY DEFINER PARALLEL RESTRICTED COST 12.5
    SET search_path = "R.""%", r, pg_catalog SET work_mem = '7MB' SET DateStyle = 'ISO, MDY' SET "my.setting" = 'a''b'
    AS $$ BEGIN b := '$'; c := 'a''b\'; -- "quoted" %s
END $$;
CREATE FUNCTION r.rows(integer) RETURNS SETOF integer LANGUAGE sql VOLATILE ROWS 17 PARALLEL SAFE CALLED ON NULL INPUT AS 'SELECT 1';
CREATE FUNCTION r.columns(OUT a integer, OUT b text) RETURNS SETOF record LANGUAGE sql COST 3 ROWS 4 AS 'SELECT 1, ''x''';
CREATE FUNCTION r.tabular("from" integer DEFAULT 1 + 2) RETURNS TABLE ("to" integer, "a.b" text) LANGUAGE sql AS 'SELECT 1, ''''';
CREATE FUNCTION r.polymorphic(a anyelement, b anyarray) RETURNS anyarray LANGUAGE sql AS 'SELECT b';
CREATE FUNCTION r.windowing() RETURNS bigint LANGUAGE internal WINDOW AS 'window_rank';
CREATE FUNCTION r.mapped(r.pair, r.pair[]) RETURNS SETOF r.pair LANGUAGE sql AS 'SELECT $1';
CREATE DOMAIN "R.""%"."x.""" AS integer;
CREATE FUNCTION "R.""%"."f.""%(), 'x'"("a b" integer, "%" "R.""%"."x.""" DEFAULT 3) RETURNS "R.""%"."x.""" LANGUAGE sql AS '';
COMMENT ON FUNCTION "R.""%"."f.""%(), 'x'"(integer, "R.""%"."x.""") IS 'odd';
CREATE FUNCTION "R.""%"."F.""%(), 'x'"() RETURNS void LANGUAGE sql AS ''; CREATE FUNCTION "R.""%"."select"("select" text) RETURNS text LANGUAGE sql AS 'SELECT "select"';
CREATE FUNCTION "R.""%".abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk() RETURNS void LANGUAGE sql AS 'SELECT 1;
SELECT 2;
';
CREATE FUNCTION "R.""%"."new
line"() RETURNS void LANGUAGE sql AS E'SELECT ''\t \\n''';

-- Aggregates.
CREATE FUNCTION r.add(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT $1 + $2';
CREATE FUNCTION r.take(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1 - $2';
CREATE FUNCTION r.finish(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION r.finish(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE AGGREGATE r.sum(numeric) (SFUNC = r.add, STYPE = numeric, SSPACE = 64, FINALFUNC = r.finish, COMBINEFUNC = r.add, INITCOND = '0',
    MSFUNC = r.add, MINVFUNC = r.take, MSTYPE = numeric, MSSPACE = 32, MFINALFUNC = r.finish, MFINALFUNC_EXTRA, MINITCOND = '0',
    PARALLEL = SAFE);
CREATE AGGREGATE r.average(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg,
    COMBINEFUNC = numeric_avg_combine, SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize, PARALLEL = RESTRICTED);
CREATE FUNCTION r.gather(integer[], VARIADIC integer[]) RETURNS integer[] LANGUAGE sql AS 'SELECT $1 || $2';
CREATE AGGREGATE "R.""%"."agg.""%"(VARIADIC integer[]) (SFUNC = r.gather, STYPE = integer[], INITCOND = '{}');
COMMENT ON AGGREGATE "R.""%"."agg.""%"(VARIADIC integer[]) IS 'variadic';
CREATE AGGREGATE r.any_count("any") (SFUNC = int8inc_any, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE r.counted(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE r.two(x float8, "y z" float8) (SFUNC = float8_regr_accum, STYPE = float8[], FINALFUNC = float8_covar_pop, INITCOND = '{0,0,0,0,0,0}');
CREATE AGGREGATE r.largest(integer) (SFUNC = int4larger, STYPE = integer, SORTOP = OPERATOR(pg_catalog.>));
CREATE AGGREGATE r.middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal,
    FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE AGGREGATE r.rank(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal,
    FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
COMMENT ON AGGREGATE r.rank(VARIADIC "any" ORDER BY VARIADIC "any") IS 'hypothetical';
COMMENT ON AGGREGATE r.middle(float8 ORDER BY anyelement) IS 'ordered set';
COMMENT ON AGGREGATE r.counted(*) IS 'star';
CREATE VIEW r.aggregated AS SELECT r.sum(x) OVER (ORDER BY x) AS s, r.rank_of FROM generate_series(1, 3) x, (SELECT r.counted(*) AS rank_of) r;

-- What stays with an extension though it is no member of it.
CREATE EXTENSION pgcrypto;
CREATE FUNCTION r.bound() RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION r.bound() DEPENDS ON EXTENSION pgcrypto;

-- Event triggers.
CREATE FUNCTION r.event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''fired for %'', tg_tag; END';
CREATE FUNCTION r.harmless() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER "event.""%" ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'CREATE FUNCTION') EXECUTE PROCEDURE r.event();
CREATE EVENT TRIGGER dropping ON sql_drop EXECUTE PROCEDURE r.harmless();
CREATE EVENT TRIGGER rewriting ON table_rewrite EXECUTE PROCEDURE r.harmless();
CREATE EVENT TRIGGER starting ON ddl_command_start EXECUTE PROCEDURE r.harmless();
ALTER EVENT TRIGGER dropping DISABLE;
ALTER EVENT TRIGGER rewriting ENABLE REPLICA;
ALTER EVENT TRIGGER starting ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER "event.""%" IS 'event trigger';
--@ since 11
SET session_replication_role = replica;
CREATE PROCEDURE r.work(INOUT a integer, b text DEFAULT 'x') LANGUAGE plpgsql SECURITY DEFINER SET work_mem = '1MB' AS 'BEGIN COMMIT; END';
ALTER PROCEDURE r.work(integer, text) DEPENDS ON EXTENSION pgcrypto;
COMMENT ON PROCEDURE r.work(integer, text) IS 'procedure';
CREATE PROCEDURE "R.""%"."pro.""%"() LANGUAGE sql AS '';
CREATE AGGREGATE r.modified(numeric) (SFUNC = r.add, STYPE = numeric, FINALFUNC = r.finish, FINALFUNC_MODIFY = SHAREABLE,
    MSFUNC = r.add, MINVFUNC = r.take, MSTYPE = numeric, MFINALFUNC = r.finish, MFINALFUNC_MODIFY = READ_WRITE);
--@ since 12
SET session_replication_role = replica;
CREATE FUNCTION r.supported(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT SUPPORT textlike_support AS 'SELECT $1 LIKE $2';
CREATE FUNCTION r.support(internal) RETURNS internal LANGUAGE internal STRICT AS 'textlike_support';
CREATE FUNCTION r.supported(name, text) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT SUPPORT r.support AS 'namelike';
--@ since 14
SET session_replication_role = replica;
CREATE TABLE r.read (a integer, b r.pair);
CREATE FUNCTION r.atomic(i integer DEFAULT 2, OUT x integer, OUT y text) RETURNS SETOF record LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT a, (b).b FROM r.read WHERE a > i; SELECT 1 AS x, 'x;y'::text AS y; END;
CREATE FUNCTION r.returning(r.pair) RETURNS integer LANGUAGE sql IMMUTABLE STRICT RETURN ($1).a + r.talking(1);
COMMENT ON FUNCTION r.returning(r.pair) IS 'SQL-standard';
CREATE PROCEDURE "R.""%"."at.""omic"(OUT n bigint) LANGUAGE sql BEGIN ATOMIC INSERT INTO r.read VALUES (1, ROW(1, 'x')); SELECT count(*) FROM r.read; END;
CREATE VIEW r.a_reader AS SELECT * FROM r.atomic();
CREATE FUNCTION r.of_view() RETURNS SETOF r.a_reader LANGUAGE sql BEGIN ATOMIC SELECT * FROM r.a_reader; END;
