package dev.godwit;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks into a password file as libpq has it. */
final class PasswordFileCredentials implements Credentials, Serializable {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(PasswordFileCredentials.class);

    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    /** Null for the user's own, which is found where it is needed. */
    @Nullable
    private final String file;

    /** Whether it was told in the log that the file is not used; once is enough, and each connection asks. */
    private transient volatile boolean told;

    PasswordFileCredentials(@Nullable String file) {
        this.file = file;
    }

    @Override
    public Login lookup(String url) throws IOException, CredentialsNotFoundException {
        return find(url, null);
    }

    @Override
    public Login lookup(String url, String user) throws IOException, CredentialsNotFoundException {
        return find(url, user);
    }

    private Login find(String url, @Nullable String user) throws IOException, CredentialsNotFoundException {
        Path path = file == null ? usual() : Path.of(file);
        ServerAddress address = ServerAddress.of(url);
        for (String line : lines(path)) {
            PasswordLine parsed = PasswordLine.parse(line);
            if (parsed != null && parsed.fits(address, user)) {
                return new Login(user == null ? parsed.user() : user, parsed.password());
            }
        }
        throw new CredentialsNotFoundException("password file " + path + " has no line for "
                + (user == null ? "a role" : "role '" + user + "'") + " on " + url
                + " (hostname:port:database:username:password)");
    }

    private List<String> lines(Path path) throws IOException, CredentialsNotFoundException {
        try {
            // Found out before it is opened, as libpq does: opening a pipe would wait for its writer.
            if (!Files.exists(path)) {
                throw new CredentialsNotFoundException("there is no password file " + path);
            }
            String unfit = Files.isRegularFile(path) ? openToOthers(path) : "is not a plain file";
            if (unfit != null) {
                if (!told) {
                    told = true;
                    LOG.warn("password file {} is not used: it {}", path, unfit);
                }
                throw new CredentialsNotFoundException("password file " + path + " is not used: it " + unfit);
            }
            return Files.readAllLines(path, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new CredentialsNotFoundException("there is no password file " + path);
        } catch (CharacterCodingException e) {
            throw new IOException("password file " + path + " is not UTF-8; save it as UTF-8", e);
        }
    }

    private static @Nullable String openToOthers(Path path) throws IOException {
        if (!Files.getFileStore(path).supportsFileAttributeView("posix")) {
            return null;
        }
        return OWNERS.containsAll(Files.getPosixFilePermissions(path))
                ? null
                : "has group or world access; its permissions should be u=rw (0600) or less: chmod 600 " + path;
    }

    private static Path usual() {
        String named = System.getenv("PGPASSFILE");
        if (named != null && !named.isEmpty()) {
            return Path.of(named);
        }
        String applicationData = System.getenv("APPDATA");
        return System.getProperty("os.name", "").startsWith("Windows") && applicationData != null
                ? Path.of(applicationData, "postgresql", "pgpass.conf")
                : Path.of(System.getProperty("user.home", ""), ".pgpass");
    }

    /** Gives where it looks. */
    @Override
    public String toString() {
        return "password file " + (file == null ? usual() : file);
    }
}
