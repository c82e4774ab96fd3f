-- Rows for the tables of 1-tables.sql, by arithmetic alone: each run gives the same rows. The setting demo.scale
-- (1 = a million rows and more) multiplies customers, inventory, rentals and payments.

CREATE SCHEMA seed;

-- A number in 0 .. n-1 that looks random, from i and a salt.
CREATE FUNCTION seed.pick(i bigint, salt bigint, n bigint) RETURNS integer LANGUAGE sql IMMUTABLE AS
    'SELECT ((((i + salt * 7919) * 2654435761) % 4294967291 * 48271) % 2147483647 % n)::integer';

CREATE FUNCTION seed.word(i bigint, salt bigint, words text[]) RETURNS text LANGUAGE sql IMMUTABLE AS
    'SELECT words[1 + seed.pick(i, salt, array_length(words, 1))]';

CREATE FUNCTION seed.scaled(n integer) RETURNS integer LANGUAGE sql STABLE AS
    $$SELECT greatest(20, (n * current_setting('demo.scale')::float8)::integer)$$;

INSERT INTO language (name) VALUES ('English'), ('Italian'), ('Japanese'), ('Mandarin'), ('French'), ('German'), ('Māori');

INSERT INTO category (name)
SELECT unnest(ARRAY['Action', 'Animation', 'Children', 'Classics', 'Comedy', 'Documentary', 'Drama', 'Family',
    'Foreign', 'Games', 'Horror', 'Music', 'New', 'Sci-Fi', 'Sports', 'Travel']);

INSERT INTO country (country) SELECT 'Country ' || i FROM generate_series(1, 109) i;

INSERT INTO city (city, country_id)
SELECT seed.word(i, 1, ARRAY['North', 'South', 'East', 'West', 'New', 'Old', 'Upper', 'Lower'])
        || seed.word(i, 2, ARRAY['haven', 'field', 'ford', 'burgh', 'mouth', 'wick', 'stad', 'köping', 'ville']) || ' ' || i,
    1 + seed.pick(i, 3, 109)
FROM generate_series(1, 600) i;

INSERT INTO address (address, district, city_id, postal_code, phone)
SELECT 1 + seed.pick(i, 4, 999) || ' '
        || seed.word(i, 5, ARRAY['Harbour', 'Mill', 'Church', 'Station', 'Tidal', 'Marsh', 'Quarry', 'Cinema']) || ' '
        || seed.word(i, 6, ARRAY['Street', 'Road', 'Lane', 'Avenue', 'Rise']),
    seed.word(i, 7, ARRAY['Kent', 'Otago', 'Friesland', 'Alaska', 'Saltee', 'Wadden', 'Firth']),
    1 + seed.pick(i, 8, 600),
    CASE WHEN i % 50 <> 0 THEN lpad(seed.pick(i, 9, 99999)::text, 5, '0') END,
    '+' || 10000000000 + i * 7919
FROM generate_series(1, 100 + seed.scaled(20000)) i;

INSERT INTO staff (first_name, last_name, store_id, address_id, picture)
SELECT seed.word(i, 10, ARRAY['Mike', 'Jon', 'Ada', 'Grace', 'Edsger', 'Barbara', 'Niklaus', 'Frances']),
    seed.word(i, 11, ARRAY['Hillyer', 'Stephens', 'Hopper', 'Liskov', 'Wirth', 'Allen', 'Dijkstra']) || i,
    1 + (i - 1) % 20, i, CASE WHEN i % 4 = 0 THEN decode(repeat(md5(i::text), 8), 'hex') END
FROM generate_series(1, 80) i;

INSERT INTO store (manager_staff_id, address_id) SELECT i, 80 + i FROM generate_series(1, 20) i;

INSERT INTO customer (store_id, first_name, last_name, address_id, active, create_date)
SELECT 1 + seed.pick(i, 12, 20),
    seed.word(i, 13, ARRAY['Mary', 'José', 'Linda', 'Ngaire', 'Søren', 'Zoë', 'Ivan', 'Aroha', 'Chidi', 'Mei', 'Lars', 'Noor']),
    seed.word(i, 14, ARRAY['Smith', 'Jones', 'Nguyen', 'Garcia', 'Müller', 'Tanaka', 'Kaur', 'Okafor', 'Silva']) || i,
    100 + i, seed.pick(i, 15, 40) > 0, date '2022-01-01' + seed.pick(i, 16, 1000)
FROM generate_series(1, seed.scaled(20000)) i;

INSERT INTO actor (first_name, last_name)
SELECT seed.word(i, 17, ARRAY['Penelope', 'Nick', 'Ed', 'Jennifer', 'Bette', 'Grace', 'Zero', 'Karl', 'Uma', 'Vivien']),
    seed.word(i, 18, ARRAY['Guiness', 'Wahlberg', 'Chase', 'Davis', 'Lollobrigida', 'Mostel', 'Berry', 'Wood', 'Bergen'])
FROM generate_series(1, 600) i;

INSERT INTO film (title, description, release_year, language_id, original_language_id, rental_duration, rental_rate,
    length, replacement_cost, rating, special_features)
SELECT initcap(seed.word(i, 19, ARRAY['academy', 'alien', 'bucket', 'dinosaur', 'chamber', 'desert', 'frost', 'glass', 'lunar']) || ' '
        || seed.word(i, 20, ARRAY['voyage', 'godwit', 'holiday', 'trap', 'story', 'legend', 'crossing', 'affair', 'tide'])) || ' ' || i,
    'A ' || seed.word(i, 21, ARRAY['thoughtful', 'fateful', 'epic', 'boring', 'astounding']) || ' tale of a '
        || seed.word(i, 22, ARRAY['feminist', 'robot', 'pastry chef', 'waitress', 'database administrator', 'wading bird'])
        || ' who must cross ' || seed.word(i, 23, ARRAY['the Pacific', 'a mudflat', 'Berlin', 'an abandoned mine'])
        || CASE WHEN i % 5 = 0
            THEN '. ' || (SELECT string_agg(md5((i * 1000 + part)::text), ' ') FROM generate_series(1, 160) part) ELSE '' END,
    (1950 + seed.pick(i, 24, 75))::smallint, 1 + seed.pick(i, 25, 7),
    CASE WHEN i % 9 = 0 THEN 1 + seed.pick(i, 26, 7) END, 3 + seed.pick(i, 27, 5),
    (ARRAY[0.99, 2.99, 4.99])[1 + seed.pick(i, 28, 3)], 45 + seed.pick(i, 29, 140), 9.99 + seed.pick(i, 30, 20),
    (enum_range(NULL::mpaa_rating))[1 + seed.pick(i, 31, 5)],
    CASE WHEN i % 11 = 0 THEN NULL ELSE (ARRAY['Trailers', 'Commentaries', 'Deleted Scenes', 'Behind the Scenes'])
        [1 + seed.pick(i, 32, 2) : 2 + seed.pick(i, 33, 3)] END
FROM generate_series(1, 2000) i;
UPDATE film SET fulltext = to_tsvector('pg_catalog.english', title || ' ' || left(description, 200));

INSERT INTO film_actor (actor_id, film_id)
SELECT DISTINCT 1 + seed.pick(film * 16 + part, 34, 600), film
FROM generate_series(1, 2000) film, generate_series(1, 6) part;

INSERT INTO film_category (film_id, category_id) SELECT i, 1 + seed.pick(i, 35, 16) FROM generate_series(1, 2000) i;

INSERT INTO inventory (film_id, store_id)
SELECT 1 + seed.pick(i, 36, 2000), 1 + seed.pick(i, 37, 20) FROM generate_series(1, seed.scaled(40000)) i;

-- A year of rentals in even steps; those that would come back after the year's end are still out.
INSERT INTO rental (rented_at, returned_at, inventory_id, customer_id, staff_id)
SELECT rented_at, CASE WHEN returned_at < '2026-01-01 00:00:00+00' THEN returned_at END, inventory_id, customer_id, staff_id
FROM (
    SELECT i, timestamptz '2025-01-01 00:00:00+00' + i * (interval '365 days' / (n + 1)) AS rented_at,
        timestamptz '2025-01-01 00:00:00+00' + i * (interval '365 days' / (n + 1))
            + seed.pick(i, 38, 12000) * interval '1 minute' AS returned_at,
        1 + seed.pick(i, 39, seed.scaled(40000)) AS inventory_id, 1 + seed.pick(i, 40, seed.scaled(20000)) AS customer_id,
        1 + seed.pick(i, 41, 80) AS staff_id
    FROM (SELECT seed.scaled(540000) AS n) total, generate_series(1, n) i
) rentals
ORDER BY i;

INSERT INTO payment (customer_id, staff_id, rental_id, amount, paid_at)
SELECT customer_id, staff_id, rental_id, 0.99 + seed.pick(rental_id, 42, 11), rented_at
FROM rental
ORDER BY rental_id;

INSERT INTO customer_statistics (customer_id, rentals, payments, paid)
SELECT customer_id, coalesce(r.n, 0), coalesce(p.n, 0), coalesce(p.paid, 0)
FROM customer
LEFT JOIN (SELECT customer_id, count(*) AS n FROM rental GROUP BY customer_id) r USING (customer_id)
LEFT JOIN (SELECT customer_id, count(*) AS n, sum(amount) AS paid FROM payment GROUP BY customer_id) p USING (customer_id);

UPDATE inventory SET times_rented = r.n
FROM (SELECT inventory_id, count(*) AS n FROM rental GROUP BY inventory_id) r
WHERE r.inventory_id = inventory.inventory_id;

DROP SCHEMA seed CASCADE;
