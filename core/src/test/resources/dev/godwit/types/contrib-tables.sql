-- What extensions bring beside types: access methods, operator classes, triggers, dictionaries, functions.
CREATE INDEX every_hstore_gin ON every USING gin (hstore);
CREATE INDEX every_hstore_gist ON every USING gist (hstore);
CREATE INDEX every_hstore_hash ON every USING hash (hstore);
CREATE INDEX every_ltree_gist ON every USING gist (ltree);
CREATE INDEX every_ltrees_gist ON every USING gist (ltree_array);
CREATE INDEX every_cube_gist ON every USING gist (cube);
CREATE INDEX every_earth_gist ON every USING gist (earth);
CREATE INDEX every_seg_gist ON every USING gist (seg);
CREATE INDEX every_ints_gin ON every USING gin (int_array gin__int_ops);
CREATE INDEX every_citext_trigrams ON every USING gin ((citext::text) gin_trgm_ops);
CREATE INDEX every_citext_hash ON every USING hash (citext);
CREATE INDEX every_isbn ON every (isbn, ean13);
CREATE INDEX every_bloom ON every USING bloom (n, (citext::text)) WITH (length = 80, col1 = 2);

CREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT public.unaccent('public.unaccent', $1) $$;
CREATE TEXT SEARCH DICTIONARY whole_numbers (TEMPLATE = intdict_template, MAXLEN = 3, REJECTLONG = true);
CREATE TEXT SEARCH DICTIONARY synonyms (TEMPLATE = xsyn_template, RULES = 'xsyn_sample', MATCHSYNONYMS = true);
CREATE TEXT SEARCH CONFIGURATION mixed (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION mixed ALTER MAPPING FOR int, uint WITH whole_numbers;
ALTER TEXT SEARCH CONFIGURATION mixed ALTER MAPPING FOR asciiword WITH synonyms, simple;
ALTER TEXT SEARCH CONFIGURATION mixed ALTER MAPPING FOR word WITH unaccent, simple;
CREATE TABLE written (
    id int PRIMARY KEY, t text, words tsvector, sound text GENERATED ALWAYS AS (soundex(t)) STORED,
    digested bytea GENERATED ALWAYS AS (digest(t, 'sha256')) STORED, key uuid NOT NULL DEFAULT uuid_generate_v4(),
    changed timestamp NOT NULL DEFAULT 'epoch', editor text, counted int);
ALTER TABLE written REPLICA IDENTITY FULL;
CREATE INDEX written_plain ON written (plain(t));
CREATE INDEX written_similar ON written USING gist (t gist_trgm_ops);
CREATE INDEX written_mixed ON written USING gin (id, to_tsvector('mixed', t));
CREATE INDEX written_bloom ON written USING bloom (t, counted);
CREATE INDEX written_metaphone ON written (dmetaphone(t));
CREATE SEQUENCE counts;
CREATE TRIGGER a BEFORE INSERT OR UPDATE ON written FOR EACH ROW EXECUTE PROCEDURE autoinc(counted, counts);
CREATE TRIGGER b BEFORE UPDATE ON written FOR EACH ROW EXECUTE PROCEDURE moddatetime(changed);
CREATE TRIGGER c BEFORE INSERT OR UPDATE ON written FOR EACH ROW EXECUTE PROCEDURE insert_username(editor);
CREATE TRIGGER d AFTER INSERT OR UPDATE OR DELETE ON written FOR EACH ROW EXECUTE PROCEDURE triggered_change_notification();
INSERT INTO written SELECT i, (ARRAY['supernova 12345', 'Éclair déjà', 'plain', '12 3', 'Smith', 'Schmidt'])[1 + i % 6] || i,
    to_tsvector('mixed', 'supernova ' || i) FROM generate_series(1, 200) i;
UPDATE written SET t = t || '!' WHERE id % 7 = 0;

CREATE TABLE booked (
    id int PRIMARY KEY, room citext, during tsrange, price money, EXCLUDE USING gist (id WITH <>, price WITH =),
    EXCLUDE USING gist ((room::text) WITH =, during WITH &&));
INSERT INTO booked SELECT i, 'R' || i % 3, tsrange('2026-01-01'::timestamp + i * interval '1 h',
    '2026-01-01'::timestamp + (i + 1) * interval '1 h'), i::money FROM generate_series(1, 50) i;

CREATE TABLE parents (id int NOT NULL);
CREATE UNIQUE INDEX parents_id ON parents (id);
ALTER TABLE parents REPLICA IDENTITY USING INDEX parents_id;
CREATE TABLE children (id int PRIMARY KEY, parent int);
CREATE TRIGGER parents_cascade AFTER DELETE OR UPDATE ON parents
    FOR EACH ROW EXECUTE PROCEDURE check_foreign_key(1, 'cascade', 'id', 'children', 'parent');
CREATE TRIGGER children_check BEFORE INSERT OR UPDATE ON children
    FOR EACH ROW EXECUTE PROCEDURE check_primary_key('parent', 'parents', 'id');
INSERT INTO parents SELECT generate_series(1, 20);
INSERT INTO children SELECT i, i % 20 + 1 FROM generate_series(1, 60) i;

CREATE TABLE pictures (id int PRIMARY KEY, raster lo);
CREATE TRIGGER pictures_manage BEFORE UPDATE OR DELETE ON pictures FOR EACH ROW EXECUTE PROCEDURE lo_manage(raster);
INSERT INTO pictures SELECT i, lo_from_bytea(0, convert_to('picture ' || i, 'UTF8')) FROM generate_series(1, 10) i;

CREATE VIEW pivoted AS SELECT * FROM crosstab(
    'SELECT parent::text, (id % 2)::text, id::text FROM public.children ORDER BY 1, 2, 3') AS ct (a text, b text, c text);
CREATE TABLE documents (id int PRIMARY KEY, doc xml);
INSERT INTO documents SELECT i, xmlelement(name a, xmlelement(name b, i)) FROM generate_series(1, 5) i;
