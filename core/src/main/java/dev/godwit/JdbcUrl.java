package dev.godwit;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.postgresql.Driver;

/**
 * A JDBC URL, taken apart. The driver logs a URL, or the part of it, that it does not understand, whatever it holds; so it is asked only
 * about what has been looked at here, and messages show nothing of what is refused. Immutable.
 *
 * @param address without parameters
 * @param parameters by name, decoded
 */
record JdbcUrl(String address, Map<String, String> parameters) {
    static final String SCHEME = "jdbc:postgresql:";

    private static final String FORM = "the form is jdbc:postgresql://host:port/database?parameter=value&…";
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
    private static final int HIGHEST_PORT = 65_535;

    /** What would lead elsewhere than the address does, or is meant to; the driver takes some of it in upper and lower case. */
    private static final Set<String> ADDRESS =
            Set.of("host", "port", "dbname", "service", "pghost", "pgport", "pgdbname", "pgdatabase", "pgservice");

    JdbcUrl {
        parameters = Map.copyOf(parameters);
    }

    /**
     * Takes a URL apart.
     *
     * @throws IllegalArgumentException if it is none that the driver understands, or has parameters that lead elsewhere
     */
    static JdbcUrl of(String url) {
        int question = url.indexOf('?');
        String address = question < 0 ? url : url.substring(0, question);
        requireForm(address);
        Map<String, String> parameters = question < 0 ? Map.of() : parameters(url.substring(question + 1));
        if (Driver.parseURL(address, new Properties()) == null) {
            throw refused("the driver does not understand it; " + FORM);
        }
        return new JdbcUrl(address, parameters);
    }

    private static void requireForm(String address) {
        if (!address.startsWith(SCHEME)) {
            throw refused("it does not begin with " + SCHEME + "; " + FORM);
        }
        if (address.indexOf('@') >= 0) {
            throw refused(
                    "it holds an @ before its parameters, and a user and a password there are taken for a part of the host's"
                            + " name; use credentials(user, password), and write %40 for an @ in the name of a database");
        }
        if (address.indexOf('=') >= 0) {
            throw refused(
                    "it holds an = before a ?, behind which parameters belong; write %3D for an = in the name of a"
                            + " database; " + FORM);
        }
        String rest = address.substring(SCHEME.length());
        if (!rest.startsWith("//")) {
            decoded(rest);
        } else if (!rest.equals("//") && !rest.equals("///")) {
            requireServers(rest.substring(2));
        }
    }

    private static void requireServers(String address) {
        int slash = address.indexOf('/');
        if (slash < 0) {
            throw refused("there is no / behind its host and port; " + FORM);
        }
        String database = address.substring(slash + 1);
        if (database.indexOf('/') >= 0) {
            throw refused(
                    "there is another / behind that of its host; write %2F for a / in the name of a database; " + FORM);
        }
        decoded(database);
        for (String server : address.substring(0, slash).split(",")) {
            int colon = server.lastIndexOf(':');
            if (colon > server.lastIndexOf(']') && !isPort(server.substring(colon + 1))) {
                throw refused("what follows the : of a host is no port, 1 to " + HIGHEST_PORT
                        + "; write an IPv6 address in brackets; " + FORM);
            }
        }
    }

    /**
     * Refuses a property that would lead elsewhere than the address, which is what Godwit connects to and shows.
     *
     * @throws IllegalArgumentException if it is one
     */
    static void requireNoAddress(String property) {
        if (ADDRESS.contains(property.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "'" + property + "' would lead elsewhere than the address of the URL; write what it"
                            + " says into the address, jdbc:postgresql://host:port/database");
        }
    }

    private static boolean isPort(String text) {
        return PORT.matcher(text).matches() && Integer.parseInt(text) <= HIGHEST_PORT;
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new TreeMap<>();
        for (String parameter : query.split("&")) {
            String[] parts = parameter.split("=", 2);
            requireNoAddress(parts[0]);
            if (!parameter.isEmpty()) {
                parameters.put(parts[0], parts.length == 1 ? "" : decoded(parts[1]));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Without the cause, which quotes it.
            throw refused("a % of it is not followed by two hexadecimal digits; write %25 for a % itself");
        }
    }

    private static IllegalArgumentException refused(String problem) {
        return new IllegalArgumentException(
                "not a PostgreSQL JDBC URL (not shown: it may hold a password): " + problem);
    }
}
