--@ since 10
-- What is in the database already belongs to several roles, who have granted of it; laid over any other database of the zoo.
SET check_function_bodies = off;
SET session_replication_role = replica;
CREATE SCHEMA held;
CREATE TABLE held.plain (id serial PRIMARY KEY, "a b" text, c integer);
CREATE TABLE held.parted (id integer) PARTITION BY LIST (id);
CREATE TABLE held.part PARTITION OF held.parted FOR VALUES IN (1);
CREATE VIEW held.seen AS SELECT * FROM held.plain;
CREATE MATERIALIZED VIEW held.kept AS SELECT 1 AS one;
CREATE SEQUENCE held.counter;
CREATE FUNCTION held.f(i integer, OUT o text) LANGUAGE sql AS 'SELECT ''x''';
CREATE FUNCTION held.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE held.agg(integer) (sfunc = int4pl, stype = integer);
CREATE AGGREGATE held.all_of(*) (sfunc = int8inc, stype = bigint, initcond = '0');
CREATE TYPE held.mood AS ENUM ('good', 'bad');
CREATE TYPE held.pair AS (a integer, b integer);
CREATE DOMAIN held.positive AS integer CHECK (VALUE > 0);
CREATE FOREIGN DATA WRAPPER held_wrapper;
CREATE SERVER held_server FOREIGN DATA WRAPPER held_wrapper;
CREATE FOREIGN TABLE held.far (a integer) SERVER held_server;
CREATE LANGUAGE held_language HANDLER plpgsql_call_handler;
CREATE EXTENSION fuzzystrmatch WITH SCHEMA held;
CREATE SCHEMA "Held.""%";
CREATE TABLE "Held.""%"."Ta.""%" ("co.""%" integer);

-- Everyone owns something.
DO $$
DECLARE o record; r text;
BEGIN
    FOR o IN
        SELECT i.type, i.identity, row_number() OVER (ORDER BY x.oid) AS n
        FROM (SELECT 'pg_namespace'::regclass AS c, oid FROM pg_namespace UNION ALL
              SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
                  OR (relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_class.oid AND d.refobjsubid > 0
                                                    AND d.deptype IN ('a', 'i'))) UNION ALL
              SELECT 'pg_proc'::regclass, oid FROM pg_proc UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type UNION ALL
              SELECT 'pg_operator'::regclass, oid FROM pg_operator UNION ALL
              SELECT 'pg_opclass'::regclass, oid FROM pg_opclass UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily UNION ALL
              SELECT 'pg_collation'::regclass, oid FROM pg_collation UNION ALL
              SELECT 'pg_conversion'::regclass, oid FROM pg_conversion UNION ALL
              SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config UNION ALL
              SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server UNION ALL
              SELECT 'pg_language'::regclass, oid FROM pg_language UNION ALL
              SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext) x, pg_identify_object(x.c, x.oid, 0) i
        WHERE x.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = x.c AND d.objid = x.oid AND d.deptype IN ('i', 'e'))
    LOOP
        r := (ARRAY['owner_a', 'Owner "B"', 'owner.c%', 'postgres'])[o.n % 4 + 1];
        EXECUTE format('ALTER %s %s OWNER TO %I',
            CASE o.type WHEN 'statistics object' THEN 'statistics' WHEN 'foreign-data wrapper' THEN 'foreign data wrapper' ELSE o.type END,
            CASE WHEN o.type = 'aggregate' THEN regexp_replace(o.identity, '\(\)$', '(*)') ELSE o.identity END, r);
    END LOOP;
END $$;
ALTER FOREIGN DATA WRAPPER held_wrapper OWNER TO owner_super;
ALTER SCHEMA public OWNER TO owner_a;

-- Of every kind, to everyone, with grant option, of columns, taken from the owner, taken from everyone.
GRANT USAGE ON SCHEMA held TO PUBLIC;
GRANT ALL ON SCHEMA held TO reader WITH GRANT OPTION;
GRANT SELECT ON held.plain TO reader WITH GRANT OPTION;
GRANT INSERT, UPDATE ON held.plain TO reader;
GRANT SELECT ("a b", c), UPDATE (c) ON held.plain TO writer;
GRANT ALL (c) ON held.plain TO PUBLIC;
GRANT ALL ON held.parted TO "Wri.""%ter";
GRANT TRIGGER, REFERENCES, TRUNCATE ON held.part TO writer;
REVOKE DELETE ON held.part FROM owner_a, "Owner ""B""", "owner.c%", postgres;
GRANT SELECT ON held.seen TO PUBLIC;
REVOKE ALL ON held.kept FROM owner_a, "Owner ""B""", "owner.c%", postgres;
GRANT SELECT ON held.kept TO writer;
GRANT USAGE ON SEQUENCE held.counter TO reader;
GRANT ALL ON SEQUENCE held.plain_id_seq TO writer WITH GRANT OPTION;
REVOKE ALL ON FUNCTION held.f(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION held.f() TO reader WITH GRANT OPTION;
REVOKE ALL ON FUNCTION held.all_of() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION held.agg(integer) TO writer;
REVOKE ALL ON TYPE held.mood FROM PUBLIC;
GRANT USAGE ON TYPE held.mood TO reader;
GRANT USAGE ON DOMAIN held.positive TO writer WITH GRANT OPTION;
REVOKE USAGE ON TYPE held.pair FROM PUBLIC;
GRANT USAGE ON FOREIGN DATA WRAPPER held_wrapper TO reader WITH GRANT OPTION;
GRANT USAGE ON FOREIGN SERVER held_server TO "Wri.""%ter";
GRANT SELECT ON held.far TO reader;
REVOKE ALL ON LANGUAGE plpgsql FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql TO writer;
GRANT SELECT ("co.""%") ON "Held.""%"."Ta.""%" TO "Wri.""%ter";
GRANT ALL ON SCHEMA "Held.""%" TO "Wri.""%ter";
-- Granted on by who may, and on again.
SET SESSION AUTHORIZATION reader;
GRANT SELECT ON held.plain TO writer WITH GRANT OPTION;
GRANT CREATE ON SCHEMA held TO writer;
GRANT EXECUTE ON FUNCTION held.f() TO PUBLIC;
GRANT EXECUTE ON FUNCTION held.f() TO writer;
SET SESSION AUTHORIZATION writer;
GRANT SELECT ON held.plain TO "Wri.""%ter";
RESET SESSION AUTHORIZATION;
-- Other than what the server and an extension came with.
REVOKE EXECUTE ON FUNCTION held.soundex(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION held.soundex(text) TO reader;
GRANT EXECUTE ON FUNCTION pg_ls_dir(text) TO writer;
REVOKE EXECUTE ON FUNCTION pg_sleep(double precision) FROM PUBLIC;
REVOKE SELECT ON pg_catalog.pg_proc FROM PUBLIC;
GRANT SELECT ON pg_catalog.pg_proc TO PUBLIC;
GRANT SELECT ON pg_catalog.pg_authid TO reader;
GRANT SELECT (rolpassword) ON pg_catalog.pg_authid TO writer;
GRANT CREATE ON SCHEMA public TO reader;
-- What is to come.
ALTER DEFAULT PRIVILEGES FOR ROLE owner_a GRANT SELECT ON TABLES TO reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE owner_a REVOKE DELETE ON TABLES FROM owner_a;
ALTER DEFAULT PRIVILEGES FOR ROLE "Owner ""B""" IN SCHEMA held GRANT ALL ON SEQUENCES TO "Wri.""%ter";
ALTER DEFAULT PRIVILEGES FOR ROLE "Owner ""B""" IN SCHEMA "Held.""%" GRANT INSERT ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE "owner.c%" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE "owner.c%" REVOKE USAGE ON TYPES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT USAGE, CREATE ON SCHEMAS TO reader;
--@ since 11
CREATE PROCEDURE held.p(i integer) LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON PROCEDURE held.p(integer) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE held.p(integer) TO reader;
--@ since 17
GRANT MAINTAIN ON held.plain TO writer;
--@ since 18
ALTER DEFAULT PRIVILEGES FOR ROLE owner_a GRANT SELECT ON LARGE OBJECTS TO reader;
