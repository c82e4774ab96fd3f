--@ since 10
-- An object of each class by each name that is easy to get wrong.
SET check_function_bodies = off;
DO $do$
DECLARE
    n text;
    statement text;
BEGIN
    FOREACH n IN ARRAY ARRAY['it''s "so"', 'dot.ted', E'new\nline', ' blanks ', '%s %I', 'ünï日本', repeat('x', 63), 'select', 'Case', 'case', 'CASE',
        '$$ $1 $x$', 'back\slash', '--', '/*', ';', '''', '"', '()', 'a on b', 'pg', '1', 'NULL', '?', '{x}', ':y', '[]'] LOOP
        FOREACH statement IN ARRAY ARRAY[
            'CREATE SCHEMA %1$I', 'COMMENT ON SCHEMA %1$I IS %1$L', 'CREATE COLLATION %1$I.%1$I FROM "C"', 'COMMENT ON COLLATION %1$I.%1$I IS %1$L',
            'CREATE TYPE %1$I."enum %1$s" AS ENUM (%1$L, ''other'')', 'CREATE TYPE %1$I."comp %1$s" AS (%1$I text COLLATE %1$I.%1$I)',
            'COMMENT ON COLUMN %1$I."comp %1$s".%1$I IS %1$L', 'CREATE DOMAIN %1$I."dom %1$s" AS text DEFAULT %1$L CONSTRAINT %1$I CHECK (VALUE <> %1$L)',
            'COMMENT ON CONSTRAINT %1$I ON DOMAIN %1$I."dom %1$s" IS %1$L', 'CREATE TYPE %1$I."range %1$s" AS RANGE (SUBTYPE = text, COLLATION = %1$I.%1$I)',
            'CREATE SEQUENCE %1$I."seq %1$s"',
            'CREATE TABLE %1$I.%1$I (%1$I serial CONSTRAINT "key %1$s" PRIMARY KEY, "e %1$s" %1$I."enum %1$s" DEFAULT %1$L, "d %1$s" %1$I."dom %1$s",'
                || ' "i %1$s" integer GENERATED ALWAYS AS IDENTITY, "n %1$s" bigint DEFAULT nextval(%2$L), CONSTRAINT "check %1$s" CHECK (%1$I > 0))',
            'COMMENT ON TABLE %1$I.%1$I IS %1$L', 'COMMENT ON COLUMN %1$I.%1$I.%1$I IS %1$L', 'COMMENT ON CONSTRAINT "check %1$s" ON %1$I.%1$I IS %1$L',
            'CREATE TABLE %1$I."child %1$s" (CONSTRAINT %1$I FOREIGN KEY (%1$I) REFERENCES %1$I.%1$I) INHERITS (%1$I.%1$I)',
            'CREATE TABLE %1$I."tree %1$s" (%1$I text) PARTITION BY LIST (%1$I)',
            'CREATE TABLE %1$I."part %1$s" PARTITION OF %1$I."tree %1$s" FOR VALUES IN (%1$L)',
            'CREATE INDEX "index %1$s" ON %1$I.%1$I ((%1$I + 1)) WHERE "e %1$s" = %1$L', 'COMMENT ON INDEX %1$I."index %1$s" IS %1$L',
            'ALTER TABLE %1$I.%1$I CLUSTER ON "key %1$s"', 'ALTER TABLE %1$I.%1$I REPLICA IDENTITY USING INDEX "key %1$s"',
            'CREATE STATISTICS %1$I."stat %1$s" ON %1$I, "e %1$s" FROM %1$I.%1$I', 'COMMENT ON STATISTICS %1$I."stat %1$s" IS %1$L',
            'CREATE VIEW %1$I."view %1$s" (%1$I) AS SELECT "e %1$s" FROM %1$I.%1$I WHERE "e %1$s" = %1$L',
            'CREATE MATERIALIZED VIEW %1$I."mat %1$s" AS SELECT %1$I FROM %1$I."view %1$s"', 'CREATE INDEX ON %1$I."mat %1$s" (%1$I)',
            'CREATE RULE %1$I AS ON INSERT TO %1$I."view %1$s" DO INSTEAD DELETE FROM %1$I."tree %1$s" WHERE %1$I = %1$L',
            'COMMENT ON RULE %1$I ON %1$I."view %1$s" IS %1$L',
            'CREATE FUNCTION %1$I.%1$I(%1$I integer, OUT "out %1$s" %1$I."enum %1$s") LANGUAGE sql SET search_path = %1$I AS %1$L',
            'COMMENT ON FUNCTION %1$I.%1$I(integer) IS %1$L',
            'CREATE FUNCTION %1$I."trig %1$s"() RETURNS trigger LANGUAGE plpgsql AS ''BEGIN RETURN NEW; END''',
            'CREATE TRIGGER %1$I BEFORE INSERT ON %1$I.%1$I FOR EACH ROW WHEN (NEW."e %1$s" = %1$L) EXECUTE PROCEDURE %1$I."trig %1$s"(%1$L)',
            'COMMENT ON TRIGGER %1$I ON %1$I.%1$I IS %1$L', 'ALTER TABLE %1$I.%1$I DISABLE TRIGGER %1$I',
            'CREATE POLICY %1$I ON %1$I.%1$I USING ("e %1$s" = %1$L)', 'COMMENT ON POLICY %1$I ON %1$I.%1$I IS %1$L',
            'CREATE FUNCTION %1$I."op %1$s"(%1$I."comp %1$s", integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS ''SELECT true''',
            'CREATE OPERATOR %1$I.@@@ (PROCEDURE = %1$I."op %1$s", LEFTARG = %1$I."comp %1$s", RIGHTARG = integer)',
            'COMMENT ON OPERATOR %1$I.@@@ (%1$I."comp %1$s", integer) IS %1$L', 'CREATE OPERATOR FAMILY %1$I."fam %1$s" USING btree',
            'CREATE OPERATOR CLASS %1$I.%1$I FOR TYPE integer USING btree FAMILY %1$I."fam %1$s" AS OPERATOR 1 <, FUNCTION 1 btint4cmp(integer, integer)',
            'COMMENT ON OPERATOR CLASS %1$I.%1$I USING btree IS %1$L', 'COMMENT ON OPERATOR FAMILY %1$I."fam %1$s" USING btree IS %1$L',
            'CREATE CAST (%1$I."comp %1$s" AS text) WITH INOUT', 'COMMENT ON CAST (%1$I."comp %1$s" AS text) IS %1$L',
            'CREATE CONVERSION %1$I.%1$I FOR ''LATIN1'' TO ''UTF8'' FROM iso8859_1_to_utf8', 'COMMENT ON CONVERSION %1$I.%1$I IS %1$L',
            'CREATE AGGREGATE %1$I."agg %1$s"(%1$I integer) (SFUNC = int4pl, STYPE = integer, INITCOND = ''0'')',
            'COMMENT ON AGGREGATE %1$I."agg %1$s"(integer) IS %1$L', 'CREATE TEXT SEARCH DICTIONARY %1$I.%1$I (TEMPLATE = simple)',
            'CREATE TEXT SEARCH CONFIGURATION %1$I.%1$I (PARSER = "default")', 'COMMENT ON TEXT SEARCH CONFIGURATION %1$I.%1$I IS %1$L',
            'ALTER TEXT SEARCH CONFIGURATION %1$I.%1$I ADD MAPPING FOR word WITH %1$I.%1$I', 'COMMENT ON TEXT SEARCH DICTIONARY %1$I.%1$I IS %1$L',
            'CREATE FOREIGN DATA WRAPPER %1$I', 'CREATE SERVER %1$I FOREIGN DATA WRAPPER %1$I', 'COMMENT ON SERVER %1$I IS %1$L',
            'CREATE FOREIGN TABLE %1$I."far %1$s" (%1$I integer OPTIONS (column_name %1$L)) SERVER %1$I OPTIONS (name %1$L)',
            'CREATE ACCESS METHOD %1$I TYPE INDEX HANDLER bthandler', 'COMMENT ON ACCESS METHOD %1$I IS %1$L',
            'CREATE FUNCTION %1$I."event %1$s"() RETURNS event_trigger LANGUAGE plpgsql AS ''BEGIN END''',
            'CREATE EVENT TRIGGER %1$I ON sql_drop EXECUTE PROCEDURE %1$I."event %1$s"()', 'COMMENT ON EVENT TRIGGER %1$I IS %1$L'
        ] LOOP
            -- What is named after the name in double quotes: as an identifier.
            statement := regexp_replace(statement, '"([a-z]+) %1\$s"', '%@\1@', 'g');
            WHILE statement ~ '%@' LOOP
                statement := regexp_replace(statement, '%@([a-z]+)@',
                    replace(replace(quote_ident(left(substring(statement FROM '%@([a-z]+)@') || ' ' || n, 63)), '\', '\\'), '%', '%%'));
            END LOOP;
            EXECUTE format(statement, n, quote_ident(n) || '.' || quote_ident(left('seq ' || n, 63)));
        END LOOP;
    END LOOP;
END $do$;
