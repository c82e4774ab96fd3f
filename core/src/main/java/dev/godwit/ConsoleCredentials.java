package dev.godwit;

import java.io.Console;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks somebody, once for each server and role. */
final class ConsoleCredentials implements Credentials {
    private final Supplier<Prompt> prompt;

    /** By server and role, which is empty where it was asked for. */
    private final Map<String, Login> known = new HashMap<>();

    ConsoleCredentials(Supplier<Prompt> prompt) {
        this.prompt = prompt;
    }

    @Override
    public Login lookup(String url) throws CredentialsNotFoundException {
        return ask(url, null);
    }

    @Override
    public Login lookup(String url, String user) throws CredentialsNotFoundException {
        return ask(url, user);
    }

    /** One question at a time: whoever comes meanwhile has the answer to it. */
    private synchronized Login ask(String url, @Nullable String user) throws CredentialsNotFoundException {
        String server = ServerAddress.of(url).servers();
        String key = server + " " + (user == null ? "" : user);
        Login login = known.get(key);
        if (login == null) {
            login = ask(server, user, prompt.get());
            known.put(key, login);
        }
        return login;
    }

    private static Login ask(String server, @Nullable String user, Prompt prompt) throws CredentialsNotFoundException {
        if (prompt == Prompt.NONE) {
            throw new CredentialsNotFoundException(
                    "there is no console to ask for the password of "
                            + (user == null ? "a role" : "role '" + user + "'") + " on " + server
                            + "; run the process in a terminal, or give the password by a password file or an environment variable");
        }
        String role = user == null
                ? prompt.line("User on " + server + ": ").map(String::strip).orElse("")
                : user;
        if (role.isEmpty()) {
            throw new CredentialsNotFoundException("no user was given for " + server + " on the console");
        }
        String password = prompt.password("Password of " + role + " on " + server + ": ")
                .orElseThrow(() -> new CredentialsNotFoundException(
                        "no password was given for role '" + role + "' on " + server + ": the console was closed"));
        return new Login(role, password);
    }

    /** Where somebody is asked. */
    interface Prompt {
        /** Nobody is there. */
        Prompt NONE = new Prompt() {
            @Override
            public Optional<String> line(String question) {
                return Optional.empty();
            }

            @Override
            public Optional<String> password(String question) {
                return Optional.empty();
            }
        };

        /** Asks with echo; empty at the end of input. */
        Optional<String> line(String question);

        /** Asks without echo; empty at the end of input. */
        Optional<String> password(String question);

        static Prompt of(Console console) {
            return new Prompt() {
                @Override
                public Optional<String> line(String question) {
                    return Optional.ofNullable(console.readLine("%s", question));
                }

                @Override
                public Optional<String> password(String question) {
                    return Optional.ofNullable(console.readPassword("%s", question))
                            .map(String::new);
                }
            };
        }
    }
}
