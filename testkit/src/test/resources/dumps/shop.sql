--
-- PostgreSQL database dump; it's a comment with a ; and a quote
--

\restrict abcDEF123

SET statement_timeout = 0;
SET transaction_timeout = 0;
SET no_such_parameter_here = off;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;

CREATE SCHEMA shop;
ALTER SCHEMA shop OWNER TO "Shop Keeper";

/* nested /* comment; */ still one; */
CREATE FUNCTION shop.total(customer_id integer) RETURNS numeric
    LANGUAGE plpgsql STABLE
    AS $_$
BEGIN
  -- a semicolon; within
  RETURN (SELECT coalesce(sum(amount), 0) FROM shop.orders WHERE customer = $1);
END;
$_$;
ALTER FUNCTION shop.total(customer_id integer) OWNER TO "Shop Keeper";

CREATE TABLE shop.customers (
    id integer NOT NULL,
    name text DEFAULT 'nobody; really'::text,
    note text DEFAULT E'it\'s; fine'
);
CREATE TABLE shop.orders (
    id bigint NOT NULL,
    customer integer NOT NULL,
    amount numeric(10,2),
    "odd;name" text
);
CREATE SEQUENCE shop.orders_id_seq START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE shop.orders_id_seq OWNED BY shop.orders.id;
ALTER TABLE ONLY shop.orders ALTER COLUMN id SET DEFAULT nextval('shop.orders_id_seq'::regclass);

COPY shop.customers (id, name, note) FROM stdin;
1	Ann; née Müller	\N
2	Bob \\.	a\tb
3	日本	
\.

COPY shop.orders (id, customer, amount, "odd;name") FROM stdin;
\.

INSERT INTO shop.orders VALUES (1, 1, 12.50, 'a '';'' b');
INSERT INTO shop.orders VALUES (2, 2, 7.00, 'two
lines; in it');

SELECT pg_catalog.setval('shop.orders_id_seq', 2, true);

ALTER TABLE ONLY shop.customers ADD CONSTRAINT customers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY shop.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
ALTER TABLE ONLY shop.orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer) REFERENCES shop.customers(id);
CREATE RULE orders_two AS ON DELETE TO shop.orders DO ALSO ( SELECT 1;
 SELECT 2;
);
CREATE PUBLICATION shop_changes FOR TABLE ONLY shop.orders;
CREATE SUBSCRIPTION elsewhere CONNECTION 'host=example.invalid' PUBLICATION p WITH (connect = false, slot_name = 'elsewhere');
ALTER SUBSCRIPTION elsewhere OWNER TO "Shop Keeper";
GRANT SELECT ON TABLE shop.orders TO reporting;

\unrestrict abcDEF123
