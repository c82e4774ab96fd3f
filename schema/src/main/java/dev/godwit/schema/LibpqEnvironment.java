package dev.godwit.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the driver is told to connect with, as the environment variables of libpq. Nothing of it comes onto a command line, which every
 * user of a machine can read.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq-envars.html">PostgreSQL manual: Environment Variables</a>
 */
final class LibpqEnvironment {

    /** Whose values mean the same to both. */
    private static final Map<String, String> SAME = Map.ofEntries(
            Map.entry("PGHOST", "PGHOST"),
            Map.entry("PGPORT", "PGPORT"),
            Map.entry("PGDBNAME", "PGDATABASE"),
            Map.entry("user", "PGUSER"),
            Map.entry("password", "PGPASSWORD"),
            Map.entry("sslrootcert", "PGSSLROOTCERT"),
            Map.entry("sslcert", "PGSSLCERT"),
            Map.entry("sslkey", "PGSSLKEY"),
            Map.entry("channelBinding", "PGCHANNELBINDING"),
            Map.entry("gssEncMode", "PGGSSENCMODE"),
            Map.entry("kerberosServerName", "PGKRBSRVNAME"),
            Map.entry("options", "PGOPTIONS"),
            Map.entry("connectTimeout", "PGCONNECT_TIMEOUT"),
            Map.entry("requireAuth", "PGREQUIREAUTH"));

    private static final Map<String, String> SERVERS = Map.of(
            "primary", "read-write",
            "master", "read-write",
            "secondary", "standby",
            "slave", "standby",
            "preferSecondary", "prefer-standby",
            "preferSlave", "prefer-standby");

    private static final String WAY_OUT =
            "; say it in libpq's terms by PgDumpOptions.environment, or use SchemaPreparers.fromCatalog()";

    private LibpqEnvironment() {}

    /**
     * Translates.
     *
     * @param login properties of the driver
     * @param own what the user has set, which goes before
     * @throws IllegalStateException if libpq has nothing that would mean the same, naming the property
     */
    static Map<String, String> of(Properties login, Map<String, String> own) {
        Map<String, String> environment = new TreeMap<>();
        SAME.forEach((property, variable) -> {
            @Nullable String value = login.getProperty(property);
            if (value != null && !value.isEmpty()) {
                environment.put(variable, value);
            }
        });
        String gss = environment.get("PGGSSENCMODE");
        if (gss != null && !List.of("disable", "prefer", "require").contains(gss)) {
            // The driver's "allow", which libpq does not have.
            environment.put("PGGSSENCMODE", "prefer");
        }
        @Nullable String server = SERVERS.get(login.getProperty("targetServerType", "any"));
        if (server != null) {
            environment.put("PGTARGETSESSIONATTRS", server);
        }
        List<String> problems = new ArrayList<>();
        environment.put("PGSSLMODE", sslMode(login, own, problems));
        refuse(login, own, problems);
        if (!problems.isEmpty()) {
            throw new IllegalStateException("SchemaPreparers.pgDump: " + String.join("; ", problems) + WAY_OUT);
        }
        environment.put("PGCLIENTENCODING", "UTF8");
        environment.put("PGAPPNAME", login.getProperty("ApplicationName", "godwit"));
        environment.putAll(own);
        return environment;
    }

    private static String sslMode(Properties login, Map<String, String> own, List<String> problems) {
        @Nullable String factory = login.getProperty("sslfactory");
        if (factory != null && factory.endsWith(".NonValidatingFactory")) {
            return "require";
        }
        if (factory != null && !factory.endsWith(".LibPQFactory") && !own.containsKey("PGSSLMODE")) {
            problems.add("pg_dump cannot use the source's sslfactory " + factory + " (set PGSSLMODE)");
        }
        // As the driver decides where nobody says how.
        String ssl = login.getProperty("ssl", "false");
        boolean wanted = ssl.isEmpty() || Boolean.parseBoolean(ssl);
        return login.getProperty("sslmode", wanted ? "verify-full" : "prefer");
    }

    private static void refuse(Properties login, Map<String, String> own, List<String> problems) {
        @Nullable String key = login.getProperty("sslkey");
        if (key != null && !own.containsKey("PGSSLKEY")) {
            String name = key.toLowerCase(Locale.ROOT);
            if (name.endsWith(".p12") || name.endsWith(".pfx")) {
                problems.add("pg_dump cannot read the source's sslkey " + key
                        + ", which is in PKCS-12 (set PGSSLKEY and PGSSLCERT to files in PEM)");
            } else if (login.getProperty("sslpassword") != null) {
                problems.add("pg_dump cannot be given the source's sslpassword"
                        + " (set PGSSLKEY to a key that is not encrypted)");
            }
        }
        if (login.getProperty("socketFactory") != null && !own.containsKey("PGHOST")) {
            problems.add("pg_dump cannot use the source's socketFactory " + login.getProperty("socketFactory")
                    + " (set PGHOST and PGPORT)");
        }
    }
}
