-- Keys, foreign keys, indexes, functions, triggers and views on the loaded tables.

ALTER TABLE language ADD PRIMARY KEY (language_id);
ALTER TABLE country ADD PRIMARY KEY (country_id);
ALTER TABLE city ADD PRIMARY KEY (city_id);
ALTER TABLE address ADD PRIMARY KEY (address_id);
ALTER TABLE store ADD PRIMARY KEY (store_id);
ALTER TABLE staff ADD PRIMARY KEY (staff_id);
ALTER TABLE customer ADD PRIMARY KEY (customer_id);
ALTER TABLE customer_statistics ADD PRIMARY KEY (customer_id);
ALTER TABLE actor ADD PRIMARY KEY (actor_id);
ALTER TABLE category ADD PRIMARY KEY (category_id), ADD CONSTRAINT category_name_key UNIQUE (name);
ALTER TABLE film ADD PRIMARY KEY (film_id);
ALTER TABLE film_actor ADD PRIMARY KEY (actor_id, film_id);
ALTER TABLE film_category ADD PRIMARY KEY (film_id, category_id);
ALTER TABLE inventory ADD PRIMARY KEY (inventory_id);
ALTER TABLE rental ADD PRIMARY KEY (rental_id);
ALTER TABLE payment ADD PRIMARY KEY (payment_id, paid_at);

ALTER TABLE rental ADD CONSTRAINT rental_returned_later CHECK (returned_at >= rented_at);
ALTER TABLE payment ADD CONSTRAINT payment_amount_positive CHECK (amount > 0);
ALTER TABLE store ADD CONSTRAINT store_manager_key UNIQUE (manager_staff_id) DEFERRABLE INITIALLY IMMEDIATE;
ALTER SEQUENCE payment_id_seq OWNED BY payment.payment_id;

ALTER TABLE city ADD FOREIGN KEY (country_id) REFERENCES country ON UPDATE CASCADE ON DELETE RESTRICT;
ALTER TABLE address ADD FOREIGN KEY (city_id) REFERENCES city;
ALTER TABLE store ADD FOREIGN KEY (address_id) REFERENCES address;
ALTER TABLE staff ADD FOREIGN KEY (address_id) REFERENCES address, ADD FOREIGN KEY (store_id) REFERENCES store;
ALTER TABLE store ADD FOREIGN KEY (manager_staff_id) REFERENCES staff DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE customer ADD FOREIGN KEY (store_id) REFERENCES store, ADD FOREIGN KEY (address_id) REFERENCES address;
ALTER TABLE customer_statistics ADD FOREIGN KEY (customer_id) REFERENCES customer ON DELETE CASCADE;
ALTER TABLE film ADD FOREIGN KEY (language_id) REFERENCES language;
ALTER TABLE film ADD FOREIGN KEY (original_language_id) REFERENCES language ON DELETE SET NULL;
ALTER TABLE film_actor ADD FOREIGN KEY (actor_id) REFERENCES actor, ADD FOREIGN KEY (film_id) REFERENCES film;
ALTER TABLE film_category ADD FOREIGN KEY (film_id) REFERENCES film, ADD FOREIGN KEY (category_id) REFERENCES category;
ALTER TABLE inventory ADD FOREIGN KEY (film_id) REFERENCES film, ADD FOREIGN KEY (store_id) REFERENCES store;
ALTER TABLE rental ADD FOREIGN KEY (inventory_id) REFERENCES inventory;
ALTER TABLE rental ADD FOREIGN KEY (customer_id) REFERENCES customer;
ALTER TABLE rental ADD FOREIGN KEY (staff_id) REFERENCES staff;
ALTER TABLE payment ADD FOREIGN KEY (customer_id) REFERENCES customer;
ALTER TABLE payment ADD FOREIGN KEY (staff_id) REFERENCES staff;
ALTER TABLE payment ADD FOREIGN KEY (rental_id) REFERENCES rental;

CREATE INDEX film_fulltext_idx ON film USING gist (fulltext);
CREATE INDEX film_special_features_idx ON film USING gin (special_features);
CREATE INDEX film_title_lower_idx ON film (lower(title) text_pattern_ops);
CREATE INDEX actor_last_name_idx ON actor (last_name COLLATE "C", first_name DESC NULLS LAST);
CREATE INDEX customer_last_name_idx ON customer (last_name) INCLUDE (first_name) WHERE active;
CREATE INDEX inventory_film_idx ON inventory (film_id, store_id);
CREATE INDEX rental_customer_idx ON rental (customer_id);
CREATE INDEX rental_inventory_idx ON rental (inventory_id);
CREATE INDEX rental_open_idx ON rental (inventory_id) WHERE returned_at IS NULL;
CREATE INDEX payment_rental_idx ON payment (rental_id);
CREATE INDEX payment_customer_idx ON payment (customer_id);
CREATE INDEX receipt_token_idx ON receipt (token);
COMMENT ON INDEX rental_open_idx IS 'What is out';

CREATE FUNCTION last_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.last_update := clock_timestamp();
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION last_updated() IS 'Stamps a changed row';

CREATE FUNCTION film_fulltext() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.fulltext := to_tsvector('pg_catalog.english', NEW.title || ' ' || left(NEW.description, 200));
    RETURN NEW;
END
$$;

CREATE FUNCTION open_customer_statistics() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.customer_statistics (customer_id) VALUES (NEW.customer_id);
    RETURN NULL;
END
$$;

CREATE FUNCTION count_rental() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE public.customer_statistics SET rentals = rentals + 1 WHERE customer_id = NEW.customer_id;
    ELSE
        UPDATE public.customer_statistics SET rentals = rentals - 1 WHERE customer_id = OLD.customer_id;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION count_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE public.customer_statistics SET payments = payments + 1, paid = paid + NEW.amount
        WHERE customer_id = NEW.customer_id;
    ELSE
        UPDATE public.customer_statistics SET payments = payments - 1, paid = paid - OLD.amount
        WHERE customer_id = OLD.customer_id;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION inventory_in_stock(copy integer) RETURNS boolean LANGUAGE sql STABLE AS
    'SELECT NOT EXISTS (SELECT FROM public.rental WHERE inventory_id = copy AND returned_at IS NULL)';

DO $$
DECLARE
    stamped text;
BEGIN
    FOREACH stamped IN ARRAY ARRAY['language', 'country', 'city', 'address', 'store', 'staff', 'customer', 'actor',
        'category', 'film', 'film_actor', 'film_category', 'inventory', 'rental'] LOOP
        EXECUTE format('CREATE TRIGGER last_updated BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION last_updated()', stamped);
    END LOOP;
END
$$;
CREATE TRIGGER film_fulltext BEFORE INSERT OR UPDATE OF title, description ON film
    FOR EACH ROW EXECUTE FUNCTION film_fulltext();
CREATE TRIGGER customer_opened AFTER INSERT ON customer FOR EACH ROW EXECUTE FUNCTION open_customer_statistics();
CREATE TRIGGER rental_counted AFTER INSERT OR DELETE ON rental FOR EACH ROW EXECUTE FUNCTION count_rental();
CREATE TRIGGER payment_counted AFTER INSERT OR DELETE ON payment FOR EACH ROW EXECUTE FUNCTION count_payment();

CREATE VIEW customer_list AS
SELECT c.customer_id, c.first_name || ' ' || c.last_name AS name, c.email, a.address, ci.city, co.country, s.rentals, s.paid
FROM customer c
JOIN customer_statistics s USING (customer_id)
JOIN address a USING (address_id)
JOIN city ci USING (city_id)
JOIN country co USING (country_id);

CREATE VIEW film_list AS
SELECT f.film_id, f.title, f.rating, ca.name AS category,
    (SELECT string_agg(actor.full_name, ', ' ORDER BY actor.last_name) FROM film_actor fa JOIN actor USING (actor_id)
     WHERE fa.film_id = f.film_id) AS actors
FROM film f
JOIN film_category fc USING (film_id)
JOIN category ca USING (category_id);
COMMENT ON VIEW film_list IS 'Films as the shop window shows them';

CREATE MATERIALIZED VIEW sales_by_month AS
SELECT date_trunc('month', paid_at AT TIME ZONE 'UTC') AS month, count(*) AS payments, sum(amount) AS amount
FROM payment
GROUP BY 1;
CREATE UNIQUE INDEX sales_by_month_idx ON sales_by_month (month);

ANALYZE;
