--
-- PostgreSQL database dump
--

\restrict 7hJ2kQm

-- Dumped from database version 13.23
-- Dumped by pg_dump version 17.11

SET statement_timeout = 0;
SET lock_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET row_security = off;

CREATE SCHEMA shop;
ALTER SCHEMA shop OWNER TO shop_owner;

CREATE FUNCTION shop.stamp() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.changed := now();
    RETURN NEW;
END;
$$;

CREATE TABLE shop.customers (
    id integer NOT NULL,
    name text NOT NULL
);

CREATE TABLE shop.orders (
    id bigint NOT NULL,
    customer integer NOT NULL,
    amount numeric(10,2) NOT NULL,
    changed timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE shop.orders OWNER TO shop_owner;

CREATE SEQUENCE shop.orders_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE shop.orders_id_seq OWNER TO shop_owner;
ALTER SEQUENCE shop.orders_id_seq OWNED BY shop.orders.id;
ALTER TABLE ONLY shop.orders ALTER COLUMN id SET DEFAULT nextval('shop.orders_id_seq'::regclass);

CREATE VIEW shop.turnover AS
 SELECT c.name,
    sum(o.amount) AS amount
   FROM (shop.customers c
     JOIN shop.orders o ON ((o.customer = c.id)))
  GROUP BY c.name;

COPY shop.customers (id, name) FROM stdin;
1	Ann
2	Bob
\.

COPY shop.orders (id, customer, amount, changed) FROM stdin;
1	1	12.50	2025-01-01 00:00:00+00
2	2	7.00	2025-01-02 00:00:00+00
3	1	99.99	2025-01-03 00:00:00+00
\.

SELECT pg_catalog.setval('shop.orders_id_seq', 3, true);

ALTER TABLE ONLY shop.customers ADD CONSTRAINT customers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY shop.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE INDEX orders_by_customer ON shop.orders USING btree (customer);
CREATE TRIGGER stamps BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.stamp();
ALTER TABLE ONLY shop.orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer) REFERENCES shop.customers(id);
GRANT SELECT ON TABLE shop.orders TO reporting;

\unrestrict 7hJ2kQm
