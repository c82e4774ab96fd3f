package dev.godwit;

import java.util.Optional;

/**
 * The same login each time. Not serialisable: secrets do not travel.
 *
 * @param login user and password
 */
record FixedCredentials(Credentials.Login login) implements Credentials {

    @Override
    public Login lookup(String url) {
        return login;
    }

    @Override
    public Optional<String> user() {
        return Optional.of(login.user());
    }
}
