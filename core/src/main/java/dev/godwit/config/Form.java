package dev.godwit.config;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * How values of one type are written in a task file.
 *
 * @param <V> the type
 */
interface Form<V> {

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException if it is not of this form; the message begins with "must", and says what it has to be
     */
    V read(JsonValue value);

    /** Writes a value so that {@link #read} gives it back. */
    void write(JsonGenerator out, V value) throws IOException;
}
