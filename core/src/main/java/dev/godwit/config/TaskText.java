package dev.godwit.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Gets the text of a file. */
final class TaskText {
    static final int MOST_BYTES = 16 << 20;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private TaskText() {}

    /** Reads a file and what it holds, whose path is given; null if that is not possible, and then there is a problem that says why. */
    static @Nullable JsonValue read(Path path, String root, Problems problems) {
        Path name = path.getFileName();
        String file = Problems.shown((name == null ? path : name).toString());
        byte[] bytes = bytes(path, file, problems);
        String text = bytes == null ? null : decode(bytes, file, problems);
        return text == null ? null : parse(text, file, root, problems);
    }

    /** Reads a text. */
    static @Nullable JsonValue parse(String text, String file, String root, Problems problems) {
        if (text.length() > MOST_BYTES) {
            problems.add(Place.whole(file), "", tooLarge());
            return null;
        }
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            problems.add(
                    new Place(file, 1, 1), "", "the file begins with a byte order mark; save it as UTF-8 without one");
            return JsonReader.read(file, root, " " + text.substring(1), problems);
        }
        return JsonReader.read(file, root, text, problems);
    }

    private static byte @Nullable [] bytes(Path path, String file, Problems problems) {
        try {
            if (!Files.exists(path)) {
                return unreadable(file, problems, "there is no such file: " + path);
            }
            // Others may have no end, or wait for somebody who writes.
            if (!Files.isRegularFile(path)) {
                return unreadable(
                        file, problems, path + " is no regular file; give its contents to TaskFile.parse instead");
            }
            try (InputStream in = Files.newInputStream(path)) {
                byte[] bytes = in.readNBytes(MOST_BYTES + 1);
                return bytes.length > MOST_BYTES ? unreadable(file, problems, tooLarge()) : bytes;
            }
        } catch (AccessDeniedException e) {
            return unreadable(file, problems, "this process may not read " + path + "; change the file's permissions");
        } catch (IOException e) {
            return unreadable(file, problems, path + " could not be read: " + e.getMessage());
        }
    }

    private static byte @Nullable [] unreadable(String file, Problems problems, String message) {
        problems.add(Place.whole(file), "", message);
        return null;
    }

    private static String tooLarge() {
        return "the file is larger than " + (MOST_BYTES >> 20) + " MiB; is it a task file?";
    }

    private static boolean startsWith(byte[] bytes, int first, int second) {
        return bytes.length > 1 && bytes[0] == (byte) first && bytes[1] == (byte) second;
    }

    private static @Nullable String decode(byte[] bytes, String file, Problems problems) {
        if (startsWith(bytes, 0xFE, 0xFF) || startsWith(bytes, 0xFF, 0xFE)) {
            problems.add(
                    new Place(file, 1, 1),
                    "",
                    "the file begins with the byte order mark of UTF-16; save it as UTF-8 without one");
            return null;
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, true);
        text.flip();
        if (result.isError()) {
            String before = text.toString();
            int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
            int column = before.length() - before.lastIndexOf('\n');
            problems.add(new Place(file, line, column), "", "the file is not UTF-8 here; save it as UTF-8");
            return null;
        }
        return text.toString();
    }
}
