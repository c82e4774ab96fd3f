package dev.godwit.config;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Variables of an environment.
 *
 * @param values by name
 */
record Variables(Map<String, String> values) {
    /** An object of texts; without a password, for which a file has another place. */
    static final Form<Variables> FORM = new VariablesForm();

    static final String PASSWORD = "PGPASSWORD";

    /** Values may be secrets. */
    @Override
    public String toString() {
        return "Variables" + values.keySet();
    }

    private static final class VariablesForm implements Form<Variables> {
        @Override
        public Variables read(JsonValue value) {
            if (!(value instanceof JsonValue.Obj object)) {
                throw new IllegalArgumentException("must be an object of texts, not " + value.kind());
            }
            Map<String, String> values = new TreeMap<>();
            object.members().forEach((name, member) -> {
                if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                    throw new IllegalArgumentException(
                            "must hold names of variables, and none can be '" + Problems.shown(name) + "'");
                }
                if (name.equals(PASSWORD)) {
                    throw new IllegalArgumentException("must not hold " + PASSWORD
                            + "; leave it out, pg_dump logs in to the source as the migration does");
                }
                if (!(member.value() instanceof JsonValue.Scalar scalar)
                        || scalar.type() != JsonValue.Type.TEXT
                        || scalar.text().indexOf('\0') >= 0) {
                    throw new IllegalArgumentException(
                            "must hold texts without zero bytes, and '" + Problems.shown(name) + "' is none");
                }
                values.put(name, scalar.text());
            });
            return new Variables(values);
        }

        @Override
        public void write(JsonGenerator out, Variables value) throws IOException {
            out.writeStartObject();
            for (Map.Entry<String, String> variable : value.values().entrySet()) {
                out.writeStringField(variable.getKey(), variable.getValue());
            }
            out.writeEndObject();
        }
    }
}
