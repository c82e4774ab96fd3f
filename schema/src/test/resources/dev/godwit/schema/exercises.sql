-- Queries for statements that do something with every object of a database, whatever comes of them.
-- Rows by defaults, generated values, triggers, rules and policies; but not what differs from one moment to the next.
SELECT format('INSERT INTO %s DEFAULT VALUES RETURNING %s', c.oid::regclass, coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), '1'))
FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT EXISTS (
    SELECT FROM pg_attrdef d WHERE d.adrelid = c.oid AND d.adnum = a.attnum AND pg_get_expr(d.adbin, d.adrelid) ~* 'now\(|random|current_')
WHERE c.relkind IN ('r', 'p', 'f', 'v') AND c.oid >= 16384 AND @own(pg_class, c.oid) GROUP BY c.oid ORDER BY c.oid::regclass::text COLLATE "C";

-- The columns of a table that inherits are in another order where one was added to its parent, as after pg_dump.
SELECT format('SELECT %s FROM %s', string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname), c.oid::regclass)
FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT EXISTS (
    SELECT FROM pg_attrdef d WHERE d.adrelid = c.oid AND d.adnum = a.attnum AND pg_get_expr(d.adbin, d.adrelid) ~* 'now\(|random|current_')
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.oid >= 16384 AND @own(pg_class, c.oid) GROUP BY c.oid ORDER BY 1;

SELECT format('DELETE FROM %s', c.oid::regclass) FROM pg_class c
WHERE c.relkind IN ('r', 'p', 'f', 'v') AND c.oid >= 16384 AND @own(pg_class, c.oid) ORDER BY 1;

SELECT format('SELECT nextval(%L) FROM generate_series(1, 3)', c.oid::regclass) FROM pg_class c
WHERE c.relkind = 'S' AND @own(pg_class, c.oid) ORDER BY 1;

-- Functions, procedures and aggregates, with a value of each type.
SELECT format(CASE p.kind WHEN 'p' THEN 'CALL %s(%s)' WHEN 'a' THEN 'SELECT %s(%s) OVER (ORDER BY g ROWS 1 PRECEDING) FROM generate_series(1, 3) g'
    ELSE 'SELECT %s(%s)' END, format('%I.%I', p.nspname, p.proname), CASE WHEN p.kind = 'a' AND p.pronargs = 0 THEN '*' ELSE (
        SELECT string_agg(CASE WHEN p.provariadic <> 0 AND i = p.pronargs AND y.typcategory = 'A' THEN 'VARIADIC ' ELSE '' END || @value(y), ', ' ORDER BY i)
        FROM unnest(p.proargtypes) WITH ORDINALITY u (t, i) JOIN pg_type y ON y.oid = u.t) END)
FROM (SELECT p.*, n.nspname, l.lanname, coalesce(to_jsonb(p) ->> 'prokind', CASE WHEN (to_jsonb(p) ->> 'proisagg')::boolean THEN 'a'
          WHEN (to_jsonb(p) ->> 'proiswindow')::boolean THEN 'w' ELSE 'f' END) AS kind, p.oid AS id
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang) p
WHERE p.id >= 16384 AND @own(pg_proc, p.id) AND p.prorettype NOT IN ('trigger'::regtype, (SELECT oid FROM pg_type WHERE typname = 'event_trigger'))
    -- What a function in SQL that returns nothing may end with depends on the version.
    AND (p.kind IN ('f', 'p') AND p.lanname NOT IN ('internal', 'c') AND NOT (p.lanname = 'sql' AND p.prorettype = 'void'::regtype)
         OR p.kind = 'a' AND EXISTS (SELECT FROM pg_aggregate g WHERE g.aggfnoid = p.id AND g.aggkind = 'n'))
    AND NOT EXISTS (SELECT FROM unnest(p.proargtypes) u (t) JOIN pg_type y ON y.oid = u.t
                    WHERE y.typtype = 'p' AND y.typname !~ '^any(compatible)?(element|array|nonarray|range)?$')
ORDER BY 1;

SELECT format('SELECT %s OPERATOR(%I.%s) %s', coalesce(@value(l), ''), n.nspname, o.oprname, coalesce(@value(r), ''))
FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace JOIN pg_proc p ON p.oid = o.oprcode JOIN pg_language g ON g.oid = p.prolang
    LEFT JOIN pg_type l ON l.oid = o.oprleft LEFT JOIN pg_type r ON r.oid = o.oprright
WHERE o.oid >= 16384 AND @own(pg_operator, o.oid) AND (p.proisstrict OR g.lanname = 'sql') ORDER BY 1;

SELECT format('SELECT (%s)::%s', @value(y), c.casttarget::regtype) FROM pg_cast c JOIN pg_type y ON y.oid = c.castsource JOIN pg_type z ON z.oid = c.casttarget
WHERE c.oid >= 16384 AND @own(pg_cast, c.oid) ORDER BY 1;

-- Types.
SELECT format(CASE y.typtype WHEN 'e' THEN 'SELECT enum_range(NULL::%s)' WHEN 'r' THEN 'SELECT ''empty''::%1$s, isempty(''(,)''::%1$s), ''(,)''::%1$s'
    ELSE 'SELECT %2$L::%1$s' END, y.oid::regtype, v)
FROM pg_type y, unnest(ARRAY['3', 'x', '', '(1,2)', '{1,2}']) v WHERE y.typtype IN ('d', 'e', 'r', 'c') AND y.oid >= 16384 AND @own(pg_type, y.oid)
    AND (y.typtype <> 'c' OR v = '(1,2)' AND (SELECT relkind FROM pg_class WHERE oid = y.typrelid) = 'c') AND (y.typtype NOT IN ('e', 'r') OR v = '3') ORDER BY 1;

SELECT format('SELECT v FROM (VALUES (''a''), (''B''), (''ä''), (''Ab''), (''b'')) v (v) ORDER BY v COLLATE %I.%I, v COLLATE "C"', n.nspname, c.collname)
FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid >= 16384 AND @own(pg_collation, c.oid) ORDER BY 1;

-- Text search; the words for true that a dictionary knows depend on the version.
SELECT format('SELECT to_tsvector(%L, ''A dog and 12 x@y.z http://a.b/c supernovae'')', c.oid::regconfig) FROM pg_ts_config c
WHERE c.oid >= 16384 AND @own(pg_ts_config, c.oid) AND NOT EXISTS (SELECT FROM pg_ts_config_map m JOIN pg_ts_dict d ON d.oid = m.mapdict
    WHERE m.mapcfg = c.oid AND d.dictinitoption ~ 'casesensitive') ORDER BY 1;

SELECT format('SELECT ts_lexize(%L, v) FROM (VALUES (''the''), (''Dog''), (''indices'')) v (v)', d.oid::regdictionary) FROM pg_ts_dict d
WHERE d.oid >= 16384 AND @own(pg_ts_dict, d.oid) AND coalesce(d.dictinitoption, '') !~ 'casesensitive' ORDER BY 1;
