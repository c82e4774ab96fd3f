CREATE TABLE orders (id integer PRIMARY KEY, item text);
COPY orders (id, item) FROM stdin;
1	book
2	lamp
\.
