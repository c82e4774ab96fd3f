package dev.godwit.config;

import dev.godwit.Credentials;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Optional;

/** A role that the file names, and whose password others have. */
final class NamedRole implements Credentials, Serializable {
    private static final long serialVersionUID = 1L;

    private final String user;

    /** Serialisable, or else this is not. */
    private final Credentials others;

    NamedRole(String user, Credentials others) {
        this.user = user;
        this.others = others;
    }

    @Override
    public Login lookup(String url) throws Exception {
        return others.lookup(url, user);
    }

    @Override
    public Optional<String> user() {
        return Optional.of(user);
    }

    /**
     * Says who cannot travel.
     *
     * @param out where it goes
     * @throws IOException if the credentials are not serialisable
     */
    private void writeObject(ObjectOutputStream out) throws IOException {
        if (!(others instanceof Serializable)) {
            throw new NotSerializableException(
                    "the credentials of role '" + user + "' cannot be sent to another process: "
                            + others.getClass().getName()
                            + " is not Serializable; give the task file's migrations credentials that"
                            + " are, and that look the password up where they run");
        }
        out.defaultWriteObject();
    }
}
