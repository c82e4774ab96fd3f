package dev.godwit.config;

import dev.godwit.schema.NearNames;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/** Reads a connection. No value of one is ever shown: a password may stand where it does not belong. */
final class ConnectionReader {
    static final List<String> NAMES =
            List.of("userName", "password", "serverName", "databaseName", "port", "properties");

    private static final int LONGEST_NAME = 63;
    private static final int HIGHEST_PORT = 65_535;
    private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}._-]{1,255}");
    private static final Pattern IPV6 = Pattern.compile("\\[?[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%\\w+)?]?");
    private static final Pattern HOST_AND_PORT = Pattern.compile("[^:/@\\s]+:[0-9]+");

    /** What a connection says otherwise, or what is a secret. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "user", "is 'userName' of the connection",
            "password", "is 'password' of the connection",
            "PGHOST", "is 'serverName' of the connection",
            "PGPORT", "is 'port' of the connection",
            "PGDBNAME", "is 'databaseName' of the connection, or 'name' in the list of databases",
            "service", "names a file of other connections; write out what it holds",
            "sslpassword", "is a secret; set it in code, on the endpoint");

    private static final Set<String> NO_TEXT = Set.of("", " ");

    private final Problems problems;

    ConnectionReader(Problems problems) {
        this.problems = problems;
    }

    /** Gives null if something is wrong with it. */
    @Nullable
    TaskConnection read(JsonValue value, String path) {
        Fields fields = Fields.of(value, path, problems, NAMES);
        if (fields == null) {
            return null;
        }
        String server = required(fields, "serverName", "name the server's host");
        if (server != null && !isHost(server)) {
            fields.problem("serverName", hostProblem(server));
        }
        Integer port = fields.read("port", Forms.INTEGER);
        if (port != null && (port < 1 || port > HIGHEST_PORT)) {
            fields.problem("port", "must be 1 to " + HIGHEST_PORT);
        }
        String database = fields.read("databaseName", Forms.TEXT);
        if (database != null) {
            databaseProblem(database).ifPresent(message -> fields.problem("databaseName", message));
        }
        String user = fields.read("userName", Forms.TEXT);
        String password = fields.read("password", Forms.TEXT);
        checkLogin(fields, user, password);
        Map<String, String> properties = properties(fields);
        return server == null
                ? null
                : new TaskConnection(
                        server,
                        port == null ? TaskConnection.DEFAULT_PORT : port,
                        database == null ? TaskConnection.DEFAULT_DATABASE : database,
                        new TaskConnection.Login(user, password),
                        properties);
    }

    private static void checkLogin(Fields fields, @Nullable String user, @Nullable String password) {
        if (user != null && (user.isBlank() || user.indexOf('\0') >= 0)) {
            fields.problem("userName", "must be the name of a role; leave it out to be asked for it");
        }
        if (password != null && password.indexOf('\0') >= 0) {
            fields.problem("password", "holds a zero byte, which no password does");
        }
        if (password != null && fields.value("userName") == null) {
            fields.problem("userName", "is missing, and there is a password; name the role that has it");
        }
    }

    private static @Nullable String required(Fields fields, String name, String help) {
        if (fields.value(name) == null) {
            fields.problem(name, "is missing; " + help);
        }
        return fields.read(name, Forms.TEXT);
    }

    private static boolean isHost(String server) {
        return HOST.matcher(server).matches() || IPV6.matcher(server).matches();
    }

    private static String hostProblem(String server) {
        if (HOST_AND_PORT.matcher(server).matches()) {
            return "must be the name of a host alone; the port belongs into 'port'";
        }
        if (server.contains("//")) {
            return "must be the name of a host, not a URL";
        }
        return NO_TEXT.contains(server)
                ? "must not be empty; name the server's host"
                : "must be the name or the address of one host, without user, port, path, spaces and commas";
    }

    /** Says why a text cannot be the name of a database. */
    static Optional<String> databaseProblem(String name) {
        if (name.isEmpty()) {
            return Optional.of("must not be empty");
        }
        if (name.indexOf('\0') >= 0) {
            return Optional.of("holds a zero byte, which no name does");
        }
        return name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME
                ? Optional.of("is longer than a name can be: " + LONGEST_NAME + " bytes")
                : Optional.empty();
    }

    private Map<String, String> properties(Fields fields) {
        Map<String, String> properties = new LinkedHashMap<>();
        JsonValue value = fields.value("properties");
        Fields given = value == null ? null : Fields.ofAny(value, fields.path("properties"), problems);
        if (given == null) {
            return properties;
        }
        for (String name : given.names()) {
            String text = given.read(name, Forms.TEXT);
            Optional<String> problem = text == null ? nameProblem(name) : propertyProblem(name, text);
            if (problem.isPresent()) {
                given.problem(name, problem.get());
            } else if (text != null) {
                properties.put(name, text);
            }
        }
        return properties;
    }

    /** Says why a property cannot be in a file with this value. */
    static Optional<String> propertyProblem(String name, String value) {
        Optional<String> problem = nameProblem(name);
        PGProperty property = PGProperty.forName(name);
        if (problem.isPresent() || property == null || property.getChoices() == null) {
            return problem;
        }
        List<String> choices = List.of(property.getChoices());
        return choices.contains(value) ? Optional.empty() : Optional.of("must be one of " + String.join(", ", choices));
    }

    private static Optional<String> nameProblem(String name) {
        if (ELSEWHERE.containsKey(name)) {
            return Optional.of(ELSEWHERE.get(name));
        }
        if (PGProperty.forName(name) != null) {
            return Optional.empty();
        }
        List<String> near = NearNames.of(
                name, Stream.of(PGProperty.values()).map(PGProperty::getName).toList());
        return Optional.of("the PostgreSQL driver has no such connection property"
                + (near.isEmpty() ? "" : "; did you mean '" + String.join("' or '", near) + "'?"));
    }
}
