package dev.godwit.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The names of a task's migrations. */
final class MigrationNames {
    static final String DEFAULT_TASK = "task";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final int LONGEST = 63;
    private static final int HASH_BYTES = 4;

    private MigrationNames() {}

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * Gives the name of a database's migration. Where the database's own is not fit for one, what is made of it bears a hash of the
     * whole, so that others have others.
     */
    static String of(String task, String database) {
        String whole = task + "-" + database;
        if (isName(whole)) {
            return whole;
        }
        String hash = "-" + HexFormat.of().formatHex(sha256(whole), 0, HASH_BYTES);
        String fit = whole.replaceAll("[^A-Za-z0-9._-]", "_");
        return fit.substring(0, Math.min(fit.length(), LONGEST - hash.length())) + hash;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
