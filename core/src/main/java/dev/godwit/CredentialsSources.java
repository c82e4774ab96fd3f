package dev.godwit;

import java.io.Console;
import java.nio.file.Path;
import java.util.List;

/**
 * The {@link Credentials} that come with the library. All are safe for use by any thread; but for {@link #console()} they keep
 * no secret, ask anew for each connection, and are serialisable, so that they look up where they are sent to.
 */
public final class CredentialsSources {

    private CredentialsSources() {}

    /**
     * Asks on the console of the process, without echo: once for each server and role, however many connections and databases
     * follow, so that what was typed is kept in memory. Where the role is not known it is asked for, too.
     *
     * @return the credentials; where the process has no console they have no login
     * @see System#console()
     */
    public static Credentials console() {
        return new ConsoleCredentials(CredentialsSources::systemConsole);
    }

    /**
     * Takes the password from an environment variable; the role has to be named elsewhere, such as in a task file.
     *
     * @param passwordVariable the variable's name
     * @return the credentials; where the variable is not set they have no login
     */
    public static Credentials environment(String passwordVariable) {
        return new EnvironmentCredentials(null, passwordVariable);
    }

    /**
     * Takes role and password from environment variables.
     *
     * @param userVariable the name of the variable that holds the role's name, not needed where it is named elsewhere
     * @param passwordVariable the name of the one that holds the password
     * @return the credentials; where one is not set they have no login
     */
    public static Credentials environment(String userVariable, String passwordVariable) {
        return new EnvironmentCredentials(userVariable, passwordVariable);
    }

    /**
     * Takes the password from the user's password file: the one that {@code PGPASSFILE} names, or {@code ~/.pgpass}
     * ({@code %APPDATA%\postgresql\pgpass.conf} on Windows).
     *
     * @return the credentials
     * @see #passwordFile(Path)
     */
    public static Credentials passwordFile() {
        return new PasswordFileCredentials(null);
    }

    /**
     * Takes the password from a password file, by libpq's rules: lines of {@code hostname:port:database:username:password},
     * of which the first that fits counts; a {@code *} fits everything; {@code \:} and {@code \\} stand for colon and
     * backslash. Where the role is not known it is that of the first line that fits and names one. As with libpq, a file that is
     * not a plain one, or (but on Windows) open to group or others, is not used and told in the log.
     *
     * @param file the file, UTF-8
     * @return the credentials; where the file does not exist or has no line that fits they have no login
     * @see <a href="https://www.postgresql.org/docs/current/libpq-pgpass.html">PostgreSQL manual: the password file</a>
     */
    public static Credentials passwordFile(Path file) {
        return new PasswordFileCredentials(file.toAbsolutePath().toString());
    }

    /**
     * Asks one after the other, until one has a login. One that fails otherwise than by {@link CredentialsNotFoundException}
     * ends the search.
     *
     * @param sources at least one
     * @return the credentials
     * @throws IllegalArgumentException if there is none
     */
    public static Credentials inOrder(Credentials... sources) {
        if (sources.length == 0) {
            throw new IllegalArgumentException("CredentialsSources.inOrder needs at least one source to ask");
        }
        return new CredentialsInOrder(List.of(sources));
    }

    @SuppressWarnings("SystemConsoleNull") // It is null before Java 22; later ones are asked whether it is a terminal.
    private static ConsoleCredentials.Prompt systemConsole() {
        Console console = System.console();
        return console == null || !isTerminal(console)
                ? ConsoleCredentials.Prompt.NONE
                : ConsoleCredentials.Prompt.of(console);
    }

    /** Asks {@code Console.isTerminal()}, which Java has from 22 on; before that a console was one. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the console could not be asked whether it is a terminal", e);
        }
    }
}
