package dev.godwit;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives user and password when a connection is opened; asked again for each one, so that rotated secrets are picked up.
 *
 * <p>Called by the thread that opens the connection, possibly by several at once. An exception fails that connection.
 */
@FunctionalInterface
public interface Credentials {

    /**
     * Looks up who to connect as.
     *
     * @param url the JDBC URL of the endpoint, without its parameters
     * @return user and password
     * @throws Exception if there is none; its message is shown, so it must not hold the secret
     */
    Login lookup(String url) throws Exception;

    /**
     * Looks up the password of a role that is named elsewhere, such as in a task file. Unless it is overridden, asks
     * {@link #lookup(String)} and refuses the login of another role.
     *
     * @param url the JDBC URL of the endpoint, without its parameters
     * @param user the role's name
     * @return user and password
     * @throws Exception if there is none; its message is shown, so it must not hold the secret
     */
    default Login lookup(String url, String user) throws Exception {
        Login login = lookup(url);
        if (!login.user().equals(user)) {
            throw new CredentialsNotFoundException("the credentials for " + url + " are those of role '" + login.user()
                    + "', and '" + user + "' was to connect; name the same role in both places");
        }
        return login;
    }

    /**
     * Gives the role's name where it is known without looking anything up.
     *
     * @return the user; empty, the default, if it has to be looked up
     */
    default Optional<String> user() {
        return Optional.empty();
    }

    /**
     * User and password.
     *
     * @param user the role's name
     * @param password the password, null where the server asks for none
     */
    record Login(String user, @Nullable String password) {

        /** Gives the user only. */
        @Override
        public String toString() {
            return "Login[user=" + user + ", password=***]";
        }
    }

    /**
     * Gives the same login each time. Others that come with the library are made by {@link CredentialsSources}.
     *
     * @param user the role's name
     * @param password the password, null where the server asks for none
     * @return the credentials
     */
    static Credentials of(String user, @Nullable String password) {
        return new FixedCredentials(new Login(user, password));
    }
}
