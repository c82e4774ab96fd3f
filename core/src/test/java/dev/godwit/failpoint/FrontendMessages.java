package dev.godwit.failpoint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads along what a driver sends, and says what of it changes something that lasts.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL manual: Message Formats</a>
 */
final class FrontendMessages {
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final int HEADER = 5;
    private static final int KEPT = 4096;
    private static final int SHOWN = 100;
    private static final String COMMIT = "COMMIT";

    /** What a catalog is asked for is full of the verbs of what it describes: in literals, to the end if they were cut off. */
    private static final Pattern QUOTED =
            Pattern.compile("'[^']*(?:'|$)|\"[^\"]*(?:\"|$)|\\bfor (?:no key )?update\\b");

    private static final Pattern LASTING = Pattern.compile(
            "^do\\b|\\b(commit|prepare transaction|insert into|update|delete from|merge|truncate|copy|create|alter|drop"
                    + "|comment on|grant|revoke|analyze|vacuum|refresh|cluster|reindex|setval|nextval|lo_\\w+"
                    + "|create_replication_slot|pg_create_\\w+|pg_drop_replication_slot|pg_replication_slot_advance"
                    + "|pg_terminate_backend|start_replication)\\b");

    private final Map<String, String> statements = new HashMap<>();
    private final Map<String, String> portals = new HashMap<>();
    private final List<String> changes = new ArrayList<>();

    private boolean started;
    /** What was done last, which a commit makes lasting. */
    private String done = "";

    private final byte[] body = new byte[KEPT];
    private final byte[] header = new byte[HEADER];
    private int headerBytes;
    private int left;
    private int bodyBytes;

    void sent(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (headerBytes < headerLength()) {
                header[headerBytes++] = bytes[i];
                if (headerBytes == headerLength()) {
                    left = length() - Integer.BYTES;
                    bodyBytes = 0;
                }
            } else {
                if (bodyBytes < KEPT) {
                    body[bodyBytes++] = bytes[i];
                }
                left--;
            }
            if (headerBytes == headerLength() && left == 0) {
                ended();
                headerBytes = 0;
            }
        }
    }

    private int headerLength() {
        return started ? HEADER : Integer.BYTES;
    }

    private int length() {
        return integer(header, started ? 1 : 0);
    }

    private static int integer(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getInt(at);
    }

    private void ended() {
        if (!started) {
            int code = integer(body, 0);
            started = code != SSL_REQUEST && code != GSS_REQUEST;
            return;
        }
        switch (header[0]) {
            case 'Q' -> executed(string(0));
            case 'P' -> statements.put(string(0), string(string(0).length() + 1));
            case 'B' ->
                portals.put(string(0), statements.getOrDefault(string(string(0).length() + 1), ""));
            case 'E' -> executed(portals.getOrDefault(string(0), ""));
            case 'c' -> changes.add("end of COPY");
            case 'd' -> {
                if (body[0] == 'r') {
                    changes.add("confirmation");
                }
            }
            default -> {
                // Rows of COPY, passwords, and what only asks.
            }
        }
    }

    private void executed(String sql) {
        if (isLasting(sql)) {
            String line = sql.strip().replaceAll("\\s+", " ");
            line = line.substring(0, Math.min(SHOWN, line.length()));
            if (line.equals(COMMIT)) {
                changes.add(COMMIT + " of " + done);
            } else {
                changes.add(line);
                done = line;
            }
        }
    }

    static boolean isLasting(String sql) {
        String verbs = QUOTED.matcher(sql.strip().toLowerCase(Locale.ROOT)).replaceAll(" ");
        return LASTING.matcher(verbs).find();
    }

    /** Names are short and of one byte a letter, here. */
    private String string(int from) {
        int end = from;
        while (end < bodyBytes && body[end] != 0) {
            end++;
        }
        return new String(body, Math.min(from, end), Math.max(0, end - from), StandardCharsets.UTF_8);
    }

    /** Gives what has been sent since the last time. */
    List<String> takeChanges() {
        List<String> taken = List.copyOf(changes);
        changes.clear();
        return taken;
    }
}
