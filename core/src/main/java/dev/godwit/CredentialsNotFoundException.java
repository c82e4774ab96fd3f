package dev.godwit;

/**
 * {@link Credentials} have no login for an endpoint, so that others may be asked ({@link CredentialsSources#inOrder}). The
 * message says where a login was looked for, and never holds a secret.
 */
public final class CredentialsNotFoundException extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * Makes an exception.
     *
     * @param message where was looked, what was found there, and what to do
     */
    public CredentialsNotFoundException(String message) {
        super(message);
    }
}
