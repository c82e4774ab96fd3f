package dev.godwit;

import java.io.Serializable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Looks at environment variables. */
final class EnvironmentCredentials implements Credentials, Serializable {
    private static final long serialVersionUID = 1L;

    @Nullable
    private final String userVariable;

    private final String passwordVariable;

    EnvironmentCredentials(@Nullable String userVariable, String passwordVariable) {
        this.userVariable = userVariable;
        this.passwordVariable = passwordVariable;
    }

    @Override
    public Login lookup(String url) throws CredentialsNotFoundException {
        return lookup(url, null, System::getenv);
    }

    @Override
    public Login lookup(String url, String user) throws CredentialsNotFoundException {
        return lookup(url, user, System::getenv);
    }

    Login lookup(String url, @Nullable String user, UnaryOperator<@Nullable String> environment)
            throws CredentialsNotFoundException {
        String named = userVariable == null ? null : environment.apply(userVariable);
        if (named != null && user != null && !named.equals(user)) {
            throw new CredentialsNotFoundException("environment variable " + userVariable + " names role '" + named
                    + "', and '" + user + "' was to connect to " + url);
        }
        String role = user == null ? named : user;
        if (role == null) {
            throw new CredentialsNotFoundException("no role is named for " + url + ", nor does "
                    + (userVariable == null
                            ? "environment variable " + passwordVariable + ", which holds a password only"
                            : "environment variable " + userVariable + ", which is not set"));
        }
        String password = environment.apply(passwordVariable);
        if (password == null) {
            throw new CredentialsNotFoundException("environment variable " + passwordVariable
                    + ", which holds the password for " + url + ", is not set");
        }
        return new Login(role, password);
    }

    /** Gives the variables' names. */
    @Override
    public String toString() {
        return "environment variable " + (userVariable == null ? "" : userVariable + " and ") + passwordVariable;
    }
}
