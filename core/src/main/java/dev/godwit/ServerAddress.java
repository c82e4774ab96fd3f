package dev.godwit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Where a JDBC URL leads to.
 *
 * @param hosts those that are tried, in order; IPv6 addresses without brackets
 * @param ports the port of each
 * @param database the database's name
 */
record ServerAddress(List<String> hosts, List<String> ports, String database) {

    ServerAddress {
        hosts = List.copyOf(hosts);
        ports = List.copyOf(ports);
    }

    static ServerAddress of(String url) {
        Properties parsed =
                Objects.requireNonNull(Driver.parseURL(JdbcUrl.of(url).address(), new Properties()));
        return new ServerAddress(
                split(parsed, PGProperty.PG_HOST),
                split(parsed, PGProperty.PG_PORT),
                String.valueOf(PGProperty.PG_DBNAME.getOrDefault(parsed)));
    }

    private static List<String> split(Properties parsed, PGProperty property) {
        List<String> parts = new ArrayList<>();
        for (String part : String.valueOf(property.getOrDefault(parsed)).split(",")) {
            boolean bracketed = part.startsWith("[") && part.endsWith("]");
            parts.add(bracketed ? part.substring(1, part.length() - 1) : part);
        }
        return parts;
    }

    /** Gives {@code host:port}, or several of them. */
    String servers() {
        List<String> servers = new ArrayList<>();
        for (int i = 0; i < hosts.size(); i++) {
            servers.add(hosts.get(i) + ":" + ports.get(Math.min(i, ports.size() - 1)));
        }
        return servers.stream().collect(Collectors.joining(","));
    }
}
