--@ since 10
-- What extensions bring, used in tables, indexes, constraints and functions.
DO $$ BEGIN EXECUTE format('SET search_path = u, public, "Ex.""t"'); END $$;
CREATE SCHEMA u;
CREATE TABLE u.typed (
    id integer PRIMARY KEY, h hstore DEFAULT 'a=>1', c citext UNIQUE, t ltree, ts ltree[], q lquery, cu cube, s seg,
    i isbn13, i8 ismn, e ean13, z hstore[], ea earth, k integer[]);
CREATE INDEX ON u.typed USING gist (t gist_ltree_ops);
CREATE INDEX ON u.typed USING gist (t gist_ltree_ops (siglen = 100));
CREATE INDEX ON u.typed USING gin (h);
CREATE INDEX ON u.typed USING gist (h gist_hstore_ops (siglen = 32));
CREATE INDEX ON u.typed USING gist (cu);
CREATE INDEX ON u.typed USING gist (s);
CREATE INDEX ON u.typed USING gin (k gin__int_ops);
CREATE INDEX ON u.typed USING gist (k gist__int_ops (numranges = 50));
CREATE INDEX ON u.typed USING gin ((c::text) gin_trgm_ops);
CREATE INDEX ON u.typed USING gist ((c::text) gist_trgm_ops (siglen = 24));
CREATE INDEX ON u.typed USING gin (id, h);
CREATE INDEX ON u.typed USING bloom (id, ((c)::text)) WITH (length = 80, col1 = 2);
CREATE INDEX ON u.typed (i, e);
CREATE TABLE u.kept_apart (room integer, during tsrange, c text,
    EXCLUDE USING gist (room WITH =, during WITH &&), EXCLUDE USING gist (c gist_text_ops WITH <>));
CREATE FUNCTION u.near(earth) RETURNS double precision LANGUAGE sql AS 'SELECT earth_distance($1, $1)';
CREATE VIEW u.pivoted AS SELECT * FROM crosstab('SELECT 1, 2, 3') AS ct (a integer, b integer, c integer);
CREATE FUNCTION u.pivots() RETURNS SETOF tablefunc_crosstab_2 LANGUAGE sql AS 'SELECT NULL::text, NULL::text, NULL::text';
CREATE TABLE u.keyed (id uuid DEFAULT uuid_generate_v4() PRIMARY KEY, secret bytea DEFAULT gen_random_bytes(8),
    un text DEFAULT unaccent('é'));
CREATE TEXT SEARCH CONFIGURATION u.plain (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION u.plain ALTER MAPPING FOR hword, word WITH unaccent, simple;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', dbname 'no');
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE u.file (a text, b text OPTIONS (force_null 'true')) SERVER files OPTIONS (filename '/nowhere.csv', format 'csv');
CREATE FOREIGN TABLE u.far (a integer OPTIONS (column_name 'b')) SERVER elsewhere OPTIONS (table_name 't');
CREATE TRIGGER stamp BEFORE UPDATE ON u.typed FOR EACH ROW EXECUTE FUNCTION moddatetime('id');

CREATE TABLE u.large (l lo);
CREATE TRIGGER lo BEFORE UPDATE OR DELETE ON u.large FOR EACH ROW EXECUTE FUNCTION lo_manage(l);
CREATE DOMAIN u.mail AS citext CHECK (VALUE ~ '@');
CREATE TYPE u.both AS (h hstore, m u.mail);
CREATE TYPE u.cites AS RANGE (SUBTYPE = citext);
CREATE CAST (hstore AS u.both) WITH INOUT;
CREATE VIEW u.statements AS SELECT * FROM pg_stat_statements;
CREATE FUNCTION u.bound() RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION u.bound() DEPENDS ON EXTENSION hstore;
COMMENT ON EXTENSION hstore IS 'ours';
