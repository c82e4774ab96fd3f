package dev.godwit.replication.apply;

import dev.godwit.replication.pgoutput.TupleData;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Hashes what a row is found by, so that a message can name it without its values. */
final class KeyHash {

    private static final int BYTES_SHOWN = 8;

    private KeyHash() {}

    static String of(TableMapping mapping, RowChange change) {
        @Nullable TupleData row = change.located() != null ? change.located() : change.row();
        if (row == null) {
            throw new IllegalArgumentException("a change without a row");
        }
        MessageDigest digest = sha256();
        for (int column : columns(mapping, change.shape().locator())) {
            digest.update(bytes(row, column));
            digest.update((byte) 0);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES_SHOWN);
    }

    private static int[] columns(TableMapping mapping, Shape.Locator locator) {
        int[] key =
                locator == Shape.Locator.SOURCE_KEY && !mapping.isFull() ? mapping.sourceKey() : mapping.targetKey();
        return key.length > 0 ? key : IntStream.range(0, mapping.columnCount()).toArray();
    }

    private static byte[] bytes(TupleData row, int column) {
        if (!row.isText(column)) {
            return new byte[0];
        }
        try {
            return row.text(column).getBytes(StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            return new byte[0];
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
