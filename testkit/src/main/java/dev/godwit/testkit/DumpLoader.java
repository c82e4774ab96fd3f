package dev.godwit.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.core.Encoding;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Executes a dump in SQL as psql would, statement by statement. Used by one thread. */
final class DumpLoader {
    private static final Logger LOG = LoggerFactory.getLogger(DumpLoader.class);
    private static final Pattern COPY = Pattern.compile("COPY\\s.*\\sFROM\\s+stdin", insensitive());
    private static final Pattern ENCODING =
            Pattern.compile("SET\\s+client_encoding\\s*(?:=|TO)\\s*'?([\\w-]+)'?", insensitive());
    private static final Pattern SUBSCRIPTION =
            Pattern.compile("(?:CREATE|ALTER|COMMENT\\s+ON)\\s+SUBSCRIPTION\\s.*", insensitive());
    private static final Pattern NO_ROLE = Pattern.compile("role \"(.*)\" does not exist");
    private static final String UNDEFINED_OBJECT = "42704";
    private static final String DUPLICATE_SCHEMA = "42P06";

    private final InputStream in;
    private final String name;
    private final PostgresServer server;
    private final Connection connection;
    private final DumpLexer lexer = new DumpLexer();
    private Charset charset = StandardCharsets.UTF_8;
    private long line;

    private DumpLoader(InputStream in, String name, PostgresServer server, Connection connection) {
        this.in = in;
        this.name = name;
        this.server = server;
        this.connection = connection;
    }

    private static int insensitive() {
        return Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
    }

    /** Loads a dump in the encoding that it says it is in. */
    static void load(InputStream in, String name, PostgresServer server, String database) throws IOException {
        try (Connection connection = server.connectOwn(database)) {
            new DumpLoader(in, name, server, connection).run();
        } catch (SQLException e) {
            throw new TestkitException(
                    "Cannot restore " + name + " in database " + database + " on " + server + ": " + e.getMessage(), e);
        }
    }

    /** Bytes are carried as characters of Latin 1 until a statement is complete. */
    private void run() throws IOException, SQLException {
        for (byte[] bytes = readLine(); bytes != null; bytes = readLine()) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            if (lexer.isBetweenStatements() && text.startsWith("\\")) {
                command(text.strip());
                continue;
            }
            int from = 0;
            while (from < text.length()) {
                from = lexer.feed(text, from);
                if (lexer.isComplete()) {
                    execute(lexer.take());
                }
            }
        }
        if (!lexer.isBetweenStatements()) {
            throw new TestkitException("The dump " + name + " ends within a statement: it is not whole");
        }
    }

    private byte @org.jspecify.annotations.Nullable [] readLine() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            bytes.write(b);
            if (b == '\n') {
                break;
            }
        }
        line++;
        return bytes.size() == 0 ? null : bytes.toByteArray();
    }

    /** pg_dump brackets its output by these two, against commands in object names. */
    private void command(String command) {
        if (!command.startsWith("\\restrict") && !command.startsWith("\\unrestrict")) {
            throw new TestkitException("Line " + line + " of " + name + " is a command of psql ("
                    + command.split("\\s")[0] + "): make the dump with pg_dump, of one database and without -C");
        }
    }

    private void execute(String latin) throws IOException, SQLException {
        String sql = new String(latin.getBytes(StandardCharsets.ISO_8859_1), charset);
        Matcher encoding = ENCODING.matcher(sql);
        if (COPY.matcher(sql).matches()) {
            copy(sql);
        } else if (encoding.matches()) {
            charset = charset(encoding.group(1));
        } else if (SUBSCRIPTION.matcher(sql).matches()) {
            LOG.warn("{}: left out in line {}: {}", name, line, DumpLexer.head(sql));
        } else {
            executeWithRoles(sql);
        }
    }

    private Charset charset(String encoding) throws SQLException {
        String java = Encoding.getDatabaseEncoding(encoding).name();
        return encoding.equalsIgnoreCase("SQL_ASCII") ? StandardCharsets.UTF_8 : Charset.forName(java);
    }

    private void executeWithRoles(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String made = ""; ; ) {
                try {
                    statement.execute(sql);
                    return;
                } catch (SQLException e) {
                    String missing = missingRole(e);
                    if (!missing.isEmpty() && !missing.equals(made)) {
                        createRole(missing);
                        made = missing;
                    } else if (mayFail(sql, e)) {
                        LOG.info("{}: left out in line {}: {}", name, line, DumpLexer.head(sql));
                        return;
                    } else {
                        throw failure(sql, e);
                    }
                }
            }
        }
    }

    private static String missingRole(SQLException e) {
        Matcher matcher = NO_ROLE.matcher(primary(e));
        return UNDEFINED_OBJECT.equals(e.getSQLState()) && matcher.find() ? matcher.group(1) : "";
    }

    private void createRole(String role) {
        if (server.kind() == ServerKind.EXTERNAL) {
            throw new TestkitException("The dump " + name + " names role " + role + ", which " + server
                    + " does not have: create it there, or make the dump with pg_dump -O -x");
        }
        server.execute("postgres", "CREATE ROLE " + Sql.identifier(role) + " NOLOGIN");
        server.templateRoles().add(role);
    }

    /** A parameter that only newer servers know, and the schema that every database has. */
    private static boolean mayFail(String sql, SQLException e) {
        return (UNDEFINED_OBJECT.equals(e.getSQLState()) && sql.regionMatches(true, 0, "SET ", 0, 4))
                || (DUPLICATE_SCHEMA.equals(e.getSQLState()) && sql.equalsIgnoreCase("CREATE SCHEMA public"));
    }

    private void copy(String sql) throws IOException, SQLException {
        long begun = line;
        CopyIn copy = null;
        try {
            copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
            for (byte[] row = readLine(); ; row = readLine()) {
                if (row == null) {
                    throw new TestkitException(
                            "The dump " + name + " ends within the rows of line " + begun + ": it is not whole");
                }
                if (row.length >= 2 && row[0] == '\\' && row[1] == '.') {
                    copy.endCopy();
                    return;
                }
                byte[] utf8 = charset.equals(StandardCharsets.UTF_8)
                        ? row
                        : new String(row, charset).getBytes(StandardCharsets.UTF_8);
                copy.writeToCopy(utf8, 0, utf8.length);
            }
        } catch (SQLException e) {
            throw failure(sql, e);
        } finally {
            if (copy != null && copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static String primary(SQLException e) {
        ServerErrorMessage message = e instanceof PSQLException server ? server.getServerErrorMessage() : null;
        return String.valueOf(message == null ? e.getMessage() : message.getMessage());
    }

    /** Without the cause, and for rows without the server's words: both may quote a value. */
    private TestkitException failure(String sql, SQLException e) {
        boolean rows = sql.regionMatches(true, 0, "COPY ", 0, 5) || sql.regionMatches(true, 0, "INSERT ", 0, 7);
        String advice = primary(e).contains("extension")
                ? "; a container image that has it is chosen by " + ServerKind.PROPERTY + "=container and "
                        + "godwit.testkit.image"
                : "";
        return new TestkitException("Cannot restore " + name + " on " + server + ": line " + line + ", "
                + DumpLexer.head(sql) + " …, fails with SQLSTATE " + e.getSQLState()
                + (rows ? "; the server's log has the message" : ": " + primary(e)) + advice);
    }
}
