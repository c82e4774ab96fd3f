package dev.godwit;

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
     * Gives the same login each time.
     *
     * @param user the role's name
     * @param password the password, null where the server asks for none
     * @return the credentials
     */
    static Credentials of(String user, @Nullable String password) {
        Login login = new Login(user, password);
        return url -> login;
    }
}
