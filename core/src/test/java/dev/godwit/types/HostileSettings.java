package dev.godwit.types;

import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Settings of a database and of its role there that change the text of values, or end sessions. */
final class HostileSettings {

    private static final Map<String, String> FIRST = new TreeMap<>(Map.ofEntries(
            Map.entry("DateStyle", "'SQL, DMY'"),
            Map.entry("IntervalStyle", "'sql_standard'"),
            Map.entry("TimeZone", "'Asia/Kathmandu'"),
            Map.entry("timezone_abbreviations", "'India'"),
            Map.entry("extra_float_digits", "-15"),
            Map.entry("bytea_output", "'escape'"),
            Map.entry("lc_monetary", "%LOCALE%"),
            Map.entry("lc_numeric", "%LOCALE%"),
            Map.entry("search_path", "hostile, pg_catalog"),
            Map.entry("client_encoding", "'LATIN1'"),
            Map.entry("xmloption", "'document'"),
            Map.entry("xmlbinary", "'hex'"),
            Map.entry("standard_conforming_strings", "off"),
            Map.entry("backslash_quote", "off"),
            Map.entry("escape_string_warning", "off"),
            Map.entry("array_nulls", "off"),
            Map.entry("transform_null_equals", "on"),
            Map.entry("quote_all_identifiers", "on"),
            Map.entry("row_security", "off"),
            Map.entry("default_transaction_isolation", "'serializable'"),
            Map.entry("default_transaction_deferrable", "on"),
            Map.entry("default_transaction_read_only", "on"),
            Map.entry("default_with_oids", "on"),
            Map.entry("default_text_search_config", "'pg_catalog.german'"),
            Map.entry("default_toast_compression", "'pglz'"),
            Map.entry("check_function_bodies", "off"),
            Map.entry("statement_timeout", "1"),
            Map.entry("lock_timeout", "1"),
            Map.entry("idle_in_transaction_session_timeout", "1"),
            Map.entry("idle_session_timeout", "1500"),
            Map.entry("transaction_timeout", "1500"),
            Map.entry("synchronous_commit", "off"),
            Map.entry("session_replication_role", "'local'"),
            Map.entry("force_parallel_mode", "on"),
            Map.entry("debug_parallel_query", "on"),
            Map.entry("plan_cache_mode", "'force_generic_plan'"),
            Map.entry("enable_indexscan", "off"),
            Map.entry("enable_tidscan", "off"),
            Map.entry("work_mem", "'64kB'"),
            Map.entry("client_min_messages", "'debug1'"),
            Map.entry("synchronize_seqscans", "off"),
            Map.entry("restrict_nonsystem_relation_kind", "'view, foreign-table'")));

    private static final Map<String, String> SECOND = new TreeMap<>(Map.ofEntries(
            Map.entry("DateStyle", "'Postgres, MDY'"),
            Map.entry("IntervalStyle", "'iso_8601'"),
            Map.entry("TimeZone", "'America/St_Johns'"),
            Map.entry("timezone_abbreviations", "'Australia'"),
            Map.entry("extra_float_digits", "0"),
            Map.entry("bytea_output", "'escape'"),
            Map.entry("lc_monetary", "%LOCALE%"),
            Map.entry("search_path", "nowhere, hostile"),
            Map.entry("client_encoding", "'WIN1252'"),
            Map.entry("xmloption", "'document'"),
            Map.entry("standard_conforming_strings", "off"),
            Map.entry("array_nulls", "off"),
            Map.entry("transform_null_equals", "on"),
            Map.entry("row_security", "on"),
            Map.entry("default_transaction_isolation", "'repeatable read'"),
            Map.entry("default_transaction_deferrable", "on"),
            Map.entry("default_transaction_read_only", "on"),
            Map.entry("default_with_oids", "on"),
            Map.entry("default_text_search_config", "'pg_catalog.french'"),
            Map.entry("statement_timeout", "2"),
            Map.entry("lock_timeout", "2"),
            Map.entry("idle_in_transaction_session_timeout", "2"),
            Map.entry("idle_session_timeout", "1700"),
            Map.entry("transaction_timeout", "1700"),
            Map.entry("session_replication_role", "'origin'"),
            Map.entry("plan_cache_mode", "'force_custom_plan'"),
            Map.entry("enable_seqscan", "off"),
            Map.entry("commit_delay", "100")));

    /** Found first by {@link #FIRST}'s search path, and by names without a schema everywhere. */
    private static final List<String> SHADOWS = List.of(
            "CREATE SCHEMA hostile",
            "CREATE DOMAIN hostile.text AS pg_catalog.int4",
            "CREATE DOMAIN hostile.numeric AS pg_catalog.int4",
            "CREATE FUNCTION hostile.never(pg_catalog.int4, pg_catalog.int4) RETURNS pg_catalog.bool LANGUAGE sql AS 'SELECT false'",
            "CREATE OPERATOR hostile.= (LEFTARG = pg_catalog.int4, RIGHTARG = pg_catalog.int4, PROCEDURE = hostile.never)",
            "CREATE FUNCTION hostile.quote_ident(pg_catalog.text) RETURNS pg_catalog.text LANGUAGE sql AS 'SELECT ''gone''::pg_catalog.text'",
            "CREATE FUNCTION hostile.format(pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.text"
                    + " LANGUAGE sql AS 'SELECT ''gone''::pg_catalog.text'");

    private HostileSettings() {}

    /** Creates what names without a schema find by mistake; sessions of both databases should come first. */
    static void shadow(PostgresServer server) {
        server.execute(PostgresPair.DATABASE, SHADOWS.toArray(String[]::new));
    }

    /** Sets what this version knows, in turns for the database and for the role in it. */
    static void first(PostgresServer server) {
        set(server, FIRST);
    }

    /** Likewise, with other values. */
    static void second(PostgresServer server) {
        set(server, SECOND);
    }

    /** Takes all settings back, for whoever looks at the databases afterwards. */
    static void lift(PostgresServer server) {
        server.execute(
                "postgres",
                "ALTER DATABASE " + PostgresPair.DATABASE + " RESET ALL",
                "ALTER ROLE postgres IN DATABASE " + PostgresPair.DATABASE + " RESET ALL");
    }

    private static void set(PostgresServer server, Map<String, String> settings) {
        List<String> known = server.query("postgres", "SELECT lower(name) FROM pg_settings");
        String locale = server.query(
                        "postgres",
                        "SELECT coalesce(max(collcollate), 'C') FROM pg_collation WHERE collprovider = 'c'"
                                + " AND collencoding IN (-1, 6) AND collcollate NOT IN ('C', 'POSIX')")
                .get(0);
        boolean forRole = false;
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            if (known.contains(setting.getKey().toLowerCase(Locale.ROOT))) {
                String scope = forRole ? "ROLE postgres IN DATABASE " : "DATABASE ";
                server.execute(
                        "postgres",
                        "ALTER " + scope + PostgresPair.DATABASE + " SET " + setting.getKey() + " TO "
                                + setting.getValue().replace("%LOCALE%", "'" + locale + "'"));
                forRole = !forRole;
            }
        }
    }
}
