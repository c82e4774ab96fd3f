package dev.godwit;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Asks one after the other. */
final class CredentialsInOrder implements Credentials, Serializable {
    private static final long serialVersionUID = 1L;

    /** Serialisable if all of them are. */
    private final ArrayList<Credentials> sources;

    CredentialsInOrder(List<Credentials> sources) {
        this.sources = new ArrayList<>(sources);
    }

    @Override
    public Login lookup(String url) throws Exception {
        return first(source -> source.lookup(url), url);
    }

    @Override
    public Login lookup(String url, String user) throws Exception {
        return first(source -> source.lookup(url, user), url);
    }

    private Login first(Question question, String url) throws Exception {
        List<String> answers = new ArrayList<>();
        for (Credentials source : sources) {
            try {
                return question.put(source);
            } catch (CredentialsNotFoundException e) {
                answers.add(e.getMessage());
            }
        }
        throw new CredentialsNotFoundException("nobody has a login for " + url + ": " + String.join("; ", answers));
    }

    /** What each is asked. */
    private interface Question {
        Login put(Credentials source) throws Exception;
    }

    /**
     * Names who cannot travel.
     *
     * @param out where the credentials go
     * @throws IOException if one of them is not serialisable
     */
    private void writeObject(ObjectOutputStream out) throws IOException {
        for (Credentials source : sources) {
            if (!(source instanceof Serializable)) {
                throw new NotSerializableException("credentials cannot be sent to another process because of "
                        + source.getClass().getName() + ", which is not Serializable: leave it out there");
            }
        }
        out.defaultWriteObject();
    }
}
