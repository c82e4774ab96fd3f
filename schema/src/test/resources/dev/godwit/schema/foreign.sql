--@ since 10
SET check_function_bodies = off;
CREATE SCHEMA f;
CREATE SCHEMA "F.""%";
CREATE FUNCTION f.validate(text[], oid) RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE FOREIGN DATA WRAPPER plain;
CREATE FOREIGN DATA WRAPPER "wrap.""%" VALIDATOR f.validate OPTIONS (debug 'it''s', "Odd.""%" E'back\\slash
line');
COMMENT ON FOREIGN DATA WRAPPER "wrap.""%" IS 'wrapper';
CREATE EXTENSION postgres_fdw;
CREATE SERVER typed TYPE 'ora''cle' VERSION '9.%' FOREIGN DATA WRAPPER "wrap.""%" OPTIONS (host 'x y', "Port" '1=2');
CREATE SERVER "ser.""ver" FOREIGN DATA WRAPPER plain;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1', dbname 'no');
COMMENT ON SERVER "ser.""ver" IS 'server';
CREATE USER MAPPING FOR postgres SERVER far OPTIONS (user 'someone');
CREATE USER MAPPING FOR PUBLIC SERVER "ser.""ver" OPTIONS (username 'o''dd');
CREATE FOREIGN TABLE f.far (
    id integer OPTIONS (column_name 'no.%', other 'x''y') NOT NULL,
    "na.me" text COLLATE "C" DEFAULT 'x' NOT NULL,
    CONSTRAINT positive CHECK (id > 0)
) SERVER typed OPTIONS (schema_name 'public', table_name 'it''s');
ALTER FOREIGN TABLE f.far ALTER COLUMN id SET STATISTICS 33, ALTER COLUMN "na.me" SET (n_distinct = 5), ALTER COLUMN "na.me" SET STORAGE EXTERNAL;
COMMENT ON FOREIGN TABLE f.far IS 'foreign';
COMMENT ON COLUMN f.far."na.me" IS 'column';
COMMENT ON CONSTRAINT positive ON f.far IS 'constraint';
CREATE FOREIGN TABLE "F.""%"."far.""%" () SERVER "ser.""ver";
CREATE FOREIGN TABLE "F.""%"."FAR.""%" (serial serial, "a
b" f.far) SERVER "ser.""ver";
CREATE FOREIGN TABLE f.inheriting (own integer) INHERITS (f.far) SERVER far OPTIONS (table_name 'x');
ALTER FOREIGN TABLE f.inheriting ALTER COLUMN id OPTIONS (column_name 'other'), ALTER COLUMN "na.me" SET DEFAULT 'y';
CREATE TABLE f.parent (a integer, b text DEFAULT 'p');
CREATE FOREIGN TABLE f.child () INHERITS (f.parent) SERVER far;
CREATE TABLE f.grandchild (c integer) INHERITS (f.child);
CREATE TABLE f.parts (at integer NOT NULL, v text) PARTITION BY RANGE (at);
CREATE FOREIGN TABLE f.part PARTITION OF f.parts FOR VALUES FROM (1) TO (2) SERVER far;
CREATE TABLE f.near_part PARTITION OF f.parts FOR VALUES FROM (2) TO (3);
CREATE FUNCTION f.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER "trig.""%" BEFORE INSERT ON f.far FOR EACH ROW EXECUTE PROCEDURE f.touch();
ALTER FOREIGN TABLE f.far DISABLE TRIGGER "trig.""%";
CREATE VIEW f.a_view AS SELECT f.id, p.v FROM f.far f, f.parts p;
CREATE FUNCTION f.rows() RETURNS SETOF f.far LANGUAGE sql AS 'SELECT * FROM f.far';
ALTER FOREIGN TABLE f.far ALTER COLUMN "na.me" DROP NOT NULL;
--@ since 12
CREATE FOREIGN TABLE f.generated (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED) SERVER far;
