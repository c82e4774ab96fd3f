package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Keys of types that arrays, joins or indexes treat apart: they are applied as sets all the same, at the first attempt. */
final class UnusualKeysIT {

    private static final int ROWS = 40;

    /** The type of the key, and the key of row {@code i}. */
    private static final List<String[]> KEYS = List.of(
            new String[] {"int[]", "ARRAY[i, NULL, i + 1]"},
            new String[] {"text[]", "ARRAY['a\"b\\', 'NULL', i::text]"},
            new String[] {"bit(8)", "i::bit(8)"},
            new String[] {"numeric", "i / 3.0"},
            new String[] {"float8", "i * 0.5"},
            new String[] {"timestamptz", "'2000-01-01 BC'::timestamptz + i * interval '1 hour'"},
            new String[] {"interval", "i * interval '1 day 1 second'"},
            new String[] {"bytea", "decode(md5(i::text), 'hex')"},
            new String[] {"char(5)", "'k' || i"},
            new String[] {"\"char\"", "chr(i + 40)"},
            new String[] {"name", "'na\"me\\' || i"},
            new String[] {"inet", "'10.0.0.0'::inet + i"},
            new String[] {"jsonb", "jsonb_build_object('k', i)"},
            new String[] {"money", "i::money"},
            new String[] {"int4range", "int4range(i, i + 1)"},
            new String[] {"pair", "ROW(i, 'a,\"b')::pair"},
            new String[] {"pairs", "ARRAY[ROW(i, NULL)::pair]"},
            new String[] {"oidvector", "(i || ' 7')::oidvector"},
            new String[] {"uuid", "md5(i::text)::uuid"});

    @ParameterizedTest
    @CsvSource({"10, 18", "15, 15"})
    void areAppliedAsSets(int from, int to) throws Exception {
        List<String> ddl =
                new ArrayList<>(List.of("CREATE TYPE pair AS (n int, t text)", "CREATE DOMAIN pairs AS pair[]"));
        List<String> tables = new ArrayList<>();
        for (int i = 0; i < KEYS.size(); i++) {
            String[] key = KEYS.get(i);
            String table = "t" + i;
            tables.add(table);
            ddl.add("CREATE TABLE " + table + " (k " + key[0] + " PRIMARY KEY, v int)");
            tables.add(table + "_two");
            ddl.add("CREATE TABLE " + table + "_two (v int, a int, k " + key[0] + ", PRIMARY KEY (a, k))");
        }
        ListAppender<ILoggingEvent> warnings = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(ApplyWorker.class);
        warnings.start();
        logger.addAppender(warnings);
        try (Replica replica = Replica.of(from, to, ddl.toArray(String[]::new)).started()) {
            for (int i = 0; i < KEYS.size(); i++) {
                replica.source(inserts("t" + i, KEYS.get(i)[1]));
            }
            replica.sync();
            for (String table : tables) {
                replica.source("UPDATE " + table + " SET v = v + 1000");
            }
            replica.sync();
            for (String table : tables) {
                replica.source("DELETE FROM " + table + " WHERE v % 2 = 0");
            }
            replica.assertSame(tables.toArray(String[]::new));
        } finally {
            logger.detachAppender(warnings);
        }
        assertThat(warnings.list).isEmpty();
    }

    private static String[] inserts(String table, String key) {
        String rows = " FROM generate_series(1, " + ROWS + ") i";
        return new String[] {
            "INSERT INTO " + table + " SELECT " + key + ", i" + rows,
            "INSERT INTO " + table + "_two SELECT i, i % 2, " + key + rows,
        };
    }
}
