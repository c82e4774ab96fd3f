--@ since 10
CREATE SCHEMA s;
CREATE SCHEMA "S.""%";
CREATE TEXT SEARCH PARSER s.parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, HEADLINE = prsd_headline,
    LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH PARSER "S.""%"."par.s""er" (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
COMMENT ON TEXT SEARCH PARSER "S.""%"."par.s""er" IS 'parser';
CREATE TEXT SEARCH TEMPLATE s.template (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH TEMPLATE "S.""%"."tem""plate" (LEXIZE = dsimple_lexize);
COMMENT ON TEXT SEARCH TEMPLATE s.template IS 'template';
CREATE TEXT SEARCH DICTIONARY s.stem (TEMPLATE = snowball, LANGUAGE = 'german', STOPWORDS = 'german');
CREATE TEXT SEARCH DICTIONARY "S.""%"."dict.""%" (TEMPLATE = s.template, ACCEPT = 'false');
CREATE TEXT SEARCH DICTIONARY "S.""%"."DICT.""%" (TEMPLATE = pg_catalog.simple);
COMMENT ON TEXT SEARCH DICTIONARY s.stem IS 'dictionary';
CREATE TEXT SEARCH CONFIGURATION s.copied (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION s.copied ALTER MAPPING FOR asciiword, word WITH s.stem, "S.""%"."dict.""%", pg_catalog.simple;
ALTER TEXT SEARCH CONFIGURATION s.copied DROP MAPPING FOR email;
CREATE TEXT SEARCH CONFIGURATION "S.""%"."con.""fig" (PARSER = "S.""%"."par.s""er");
CREATE TEXT SEARCH CONFIGURATION "S.""%"."select" (PARSER = s.parser);
ALTER TEXT SEARCH CONFIGURATION "S.""%"."select" ADD MAPPING FOR url_path, "int" WITH "S.""%"."DICT.""%";
COMMENT ON TEXT SEARCH CONFIGURATION s.copied IS 'configuration';
CREATE TABLE s.documents (body text, v tsvector);
CREATE INDEX documents_body ON s.documents USING gin (to_tsvector('s.copied', body));
CREATE INDEX documents_v ON s.documents USING gin (v) WITH (fastupdate = off, gin_pending_list_limit = 128);
CREATE TRIGGER searching BEFORE INSERT OR UPDATE ON s.documents FOR EACH ROW
    EXECUTE PROCEDURE tsvector_update_trigger('v', 's.copied', 'body');
CREATE VIEW s.found AS SELECT ts_headline('s.copied', body, '''x''') AS headline FROM s.documents;
