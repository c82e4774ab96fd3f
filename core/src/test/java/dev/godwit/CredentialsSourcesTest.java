package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CredentialsSourcesTest {
    private static final String URL = "jdbc:postgresql://old:5433/orders";

    /** Somebody who answers, and remembers what was asked. */
    private static final class Somebody implements ConsoleCredentials.Prompt {
        private final List<String> asked = new ArrayList<>();

        @Nullable
        private final String user;

        @Nullable
        private final String password;

        Somebody(@Nullable String user, @Nullable String password) {
            this.user = user;
            this.password = password;
        }

        @Override
        public synchronized Optional<String> line(String question) {
            asked.add(question);
            return Optional.ofNullable(user);
        }

        @Override
        public synchronized Optional<String> password(String question) {
            asked.add(question);
            return Optional.ofNullable(password);
        }
    }

    @Nested
    final class Console {

        @Test
        void asksOnceForEachServerAndRole() throws Exception {
            Somebody somebody = new Somebody(" mover ", "s3cret");
            ConsoleCredentials console = new ConsoleCredentials(() -> somebody);
            assertThat(console.lookup(URL)).isEqualTo(new Credentials.Login("mover", "s3cret"));
            assertThat(console.lookup("jdbc:postgresql://old:5433/inventory").user())
                    .isEqualTo("mover");
            assertThat(console.lookup(URL, "clerk").user()).isEqualTo("clerk");
            assertThat(console.lookup("jdbc:postgresql://[::1]/orders", "clerk").password())
                    .isEqualTo("s3cret");
            assertThat(somebody.asked)
                    .containsExactly(
                            "User on old:5433: ",
                            "Password of mover on old:5433: ",
                            "Password of clerk on old:5433: ",
                            "Password of clerk on ::1:5432: ");
        }

        @Test
        void asksOnceThoughManyConnectAtATime() throws Exception {
            Somebody somebody = new Somebody(null, "s3cret");
            ConsoleCredentials console = new ConsoleCredentials(() -> somebody);
            ExecutorService pool = Executors.newFixedThreadPool(4);
            try {
                List<Future<Credentials.Login>> logins = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    logins.add(pool.submit(() -> console.lookup(URL, "mover")));
                }
                for (Future<Credentials.Login> login : logins) {
                    assertThat(login.get().password()).isEqualTo("s3cret");
                }
            } finally {
                pool.shutdownNow();
            }
            assertThat(somebody.asked).hasSize(1);
        }

        @Test
        void saysWhatToDoWhereNobodyIsThere() {
            ConsoleCredentials console = new ConsoleCredentials(() -> ConsoleCredentials.Prompt.NONE);
            assertThatThrownBy(() -> console.lookup(URL, "mover"))
                    .isInstanceOf(CredentialsNotFoundException.class)
                    .hasMessageContaining("there is no console to ask for the password of role 'mover' on old:5433")
                    .hasMessageContaining("run the process in a terminal");
            assertThatThrownBy(() -> new ConsoleCredentials(() -> new Somebody("mover", null)).lookup(URL))
                    .isInstanceOf(CredentialsNotFoundException.class)
                    .hasMessageContaining("the console was closed");
            assertThatThrownBy(() -> new ConsoleCredentials(() -> new Somebody(" ", "s3cret")).lookup(URL))
                    .isInstanceOf(CredentialsNotFoundException.class)
                    .hasMessageContaining("no user was given for old:5433");
        }
    }

    @Nested
    final class Environment {
        private final Map<String, String> variables = Map.of("DB_USER", "mover", "DB_PASSWORD", "s3cret");

        @Test
        void givesWhatTheVariablesHold() throws Exception {
            EnvironmentCredentials both = new EnvironmentCredentials("DB_USER", "DB_PASSWORD");
            assertThat(both.lookup(URL, null, variables::get)).isEqualTo(new Credentials.Login("mover", "s3cret"));
            assertThat(both.lookup(URL, "mover", variables::get).password()).isEqualTo("s3cret");
            EnvironmentCredentials password = new EnvironmentCredentials(null, "DB_PASSWORD");
            assertThat(password.lookup(URL, "clerk", variables::get))
                    .isEqualTo(new Credentials.Login("clerk", "s3cret"));
            EnvironmentCredentials elsewhere = new EnvironmentCredentials("NONE", "DB_PASSWORD");
            assertThat(elsewhere.lookup(URL, "clerk", variables::get).user()).isEqualTo("clerk");
        }

        @Test
        void namesTheVariableThatIsNotSet() {
            assertThatThrownBy(
                            () -> new EnvironmentCredentials("NONE", "DB_PASSWORD").lookup(URL, null, variables::get))
                    .isInstanceOf(CredentialsNotFoundException.class)
                    .hasMessageContaining("NONE");
            assertThatThrownBy(() -> new EnvironmentCredentials("DB_USER", "NONE").lookup(URL, null, variables::get))
                    .isInstanceOf(CredentialsNotFoundException.class)
                    .hasMessageContaining("environment variable NONE");
            assertThatThrownBy(() -> new EnvironmentCredentials(null, "DB_PASSWORD").lookup(URL, null, variables::get))
                    .isInstanceOf(CredentialsNotFoundException.class)
                    .hasMessageContaining("a password only");
            assertThatThrownBy(() ->
                            new EnvironmentCredentials("DB_USER", "DB_PASSWORD").lookup(URL, "clerk", variables::get))
                    .isInstanceOf(CredentialsNotFoundException.class)
                    .hasMessageContaining("'mover'")
                    .hasMessageContaining("'clerk'")
                    .hasMessageNotContaining("s3cret");
        }

        @Test
        void looksAtTheProcesssOwn() {
            assertThatThrownBy(() -> CredentialsSources.environment("GODWIT_TEST_NOT_SET")
                            .lookup(URL, "mover"))
                    .isInstanceOf(CredentialsNotFoundException.class)
                    .hasMessageContaining("GODWIT_TEST_NOT_SET");
        }
    }

    @Nested
    final class PasswordFiles {
        @TempDir
        private Path directory;

        private Path file(String contents) throws IOException {
            Path file = Files.writeString(directory.resolve(".pgpass"), contents);
            if (posix()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            return file;
        }

        private boolean posix() {
            return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        }

        @ParameterizedTest
        @CsvSource(textBlock = """
                        old:5433:orders:mover:pw,                     pw
                        *:*:*:*:pw,                                   pw
                        *:5433:*:mover:pw,                            pw
                        old:5432:orders:mover:no|*:*:*:mover:pw,      pw
                        # old:5433:orders:mover:no|*:*:*:*:pw,        pw
                        old:5433:orders:clerk:no|*:*:*:*:pw,          pw
                        old:5433:orders:mover:first|*:*:*:*:second,   first
                        \\*:*:*:*:no|*:*:*:*:pw,                      pw
                        *:*:*:*:p\\:w\\\\\\x,                         p:w\\x
                        *:*:*:*:a:b,                                  a
                        *:*:*:mov\\er:pw,                             pw
                        broken|*:*:*|*:*:*:*:pw,                      pw
                        '|*:*:*:*: p w ',                             ' p w '
                        """)
        void giveThePasswordOfTheFirstLineThatFits(String lines, String password) throws Exception {
            Credentials credentials = CredentialsSources.passwordFile(file(lines.replace("|", "\n") + "\r\n"));
            assertThat(credentials.lookup(URL, "mover")).isEqualTo(new Credentials.Login("mover", password));
        }

        @Test
        void giveTheRoleOfTheFirstLineThatNamesOneWhereItIsNotKnown() throws Exception {
            Credentials credentials = CredentialsSources.passwordFile(
                    file("*:*:*:*:any\nnew:*:*:clerk:no\nold:*:orders:mover:pw\n*:*:*:other:no\n"));
            assertThat(credentials.lookup(URL)).isEqualTo(new Credentials.Login("mover", "pw"));
        }

        @Test
        void fitAnyOfSeveralServersAndAddresses() throws Exception {
            Credentials credentials = CredentialsSources.passwordFile(file("\\:\\:1:5432:*:*:six\nb:5434:*:*:b\n"));
            assertThat(credentials.lookup("jdbc:postgresql://[::1]/x", "u").password())
                    .isEqualTo("six");
            assertThat(credentials
                            .lookup("jdbc:postgresql://a:5433,b:5434/x", "u")
                            .password())
                    .isEqualTo("b");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "old:5433:orders:clerk:s3cret", "old:5433:Orders:*:s3cret", "*:*:*:*:"})
        void haveNoLoginIfNoLineFits(String contents) throws IOException {
            Path file = file(contents);
            assertThatThrownBy(() -> CredentialsSources.passwordFile(file).lookup(URL, "mover"))
                    .isInstanceOf(CredentialsNotFoundException.class)
                    .hasMessageContaining(file + " has no line for role 'mover' on " + URL)
                    .hasMessageNotContaining("s3cret");
        }

        @ParameterizedTest
        @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx--x---"})
        void areNotUsedIfOthersMayReadThem(String permissions) throws IOException {
            assumeTrue(posix());
            Path file = file("*:*:*:*:s3cret");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
            assertThatThrownBy(() -> CredentialsSources.passwordFile(file).lookup(URL, "mover"))
                    .isInstanceOf(CredentialsNotFoundException.class)
                    .hasMessageContaining("has group or world access")
                    .hasMessageContaining("chmod 600 " + file);
        }

        @Test
        void areNotUsedIfTheyAreNone() {
            assertThatThrownBy(() -> CredentialsSources.passwordFile(directory).lookup(URL))
                    .isInstanceOf(CredentialsNotFoundException.class)
                    .hasMessageContaining("is not a plain file");
            assertThatThrownBy(() -> CredentialsSources.passwordFile(directory.resolve("none"))
                            .lookup(URL))
                    .isInstanceOf(CredentialsNotFoundException.class)
                    .hasMessageContaining("there is no password file");
        }

        @Test
        void areRefusedIfTheyAreNotUtf8() throws IOException {
            Path file = file("");
            Files.write(file, "*:*:*:*:gehöim".getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> CredentialsSources.passwordFile(file).lookup(URL, "mover"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is not UTF-8");
        }

        @Test
        void travelWithoutWhatTheyHold() throws Exception {
            Credentials credentials = CredentialsSources.inOrder(
                    CredentialsSources.environment("GODWIT_TEST_NOT_SET"),
                    CredentialsSources.passwordFile(file("*:*:*:*:s3cret")));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(Endpoint.of(URL).credentials(credentials));
                out.writeObject(credentials);
            }
            assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).doesNotContain("s3cret");
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                assertThat(in.readObject()).hasToString(URL);
                assertThat(((Credentials) in.readObject()).lookup(URL, "mover").password())
                        .isEqualTo("s3cret");
            }
        }
    }

    @Nested
    final class InOrder {

        @Test
        void givesTheFirstLoginThatThereIs() throws Exception {
            Credentials none = CredentialsSources.environment("GODWIT_TEST_NOT_SET");
            Credentials some = Credentials.of("mover", "s3cret");
            assertThat(CredentialsSources.inOrder(none, some).lookup(URL).user())
                    .isEqualTo("mover");
            assertThat(CredentialsSources.inOrder(none, Credentials.of("clerk", "no"), some)
                            .lookup(URL, "mover")
                            .password())
                    .isEqualTo("s3cret");
        }

        @Test
        void saysWhatEachSaidIfThereIsNone() {
            Credentials none = CredentialsSources.environment("GODWIT_TEST_NOT_SET");
            ConsoleCredentials console = new ConsoleCredentials(() -> ConsoleCredentials.Prompt.NONE);
            assertThatThrownBy(() -> CredentialsSources.inOrder(none, console).lookup(URL, "mover"))
                    .isInstanceOf(CredentialsNotFoundException.class)
                    .hasMessageContaining("nobody has a login for " + URL)
                    .hasMessageContaining("GODWIT_TEST_NOT_SET")
                    .hasMessageContaining("there is no console");
            assertThatIllegalArgumentException().isThrownBy(CredentialsSources::inOrder);
        }

        @Test
        void endsWithAnyOtherFailure() {
            Credentials broken = url -> {
                throw new IllegalStateException("the vault is sealed");
            };
            assertThatThrownBy(() -> CredentialsSources.inOrder(broken, Credentials.of("mover", "s3cret"))
                            .lookup(URL))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the vault is sealed");
        }

        @Test
        void namesWhoCannotTravel() {
            Credentials credentials = CredentialsSources.inOrder(CredentialsSources.console());
            assertThatThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(credentials))
                    .isInstanceOf(NotSerializableException.class)
                    .hasMessageContaining("ConsoleCredentials");
        }
    }
}
