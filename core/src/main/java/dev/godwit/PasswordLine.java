package dev.godwit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line of a password file. */
final class PasswordLine {
    private static final int FIELDS = 5;
    private static final String ANY = "*";

    private final List<Field> fields;

    private PasswordLine(List<Field> fields) {
        this.fields = fields;
    }

    /** Gives null for a comment, an empty line, and one of too few fields, none of which libpq looks at either. */
    static @Nullable PasswordLine parse(String line) {
        if (line.startsWith("#")) {
            return null;
        }
        List<Field> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean escaped = false;
        for (int i = 0; i < line.length() && fields.size() < FIELDS; i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length()) {
                escaped = true;
                i++;
                field.append(line.charAt(i));
            } else if (c == ':') {
                fields.add(new Field(field.toString(), escaped));
                field.setLength(0);
                escaped = false;
            } else {
                field.append(c);
            }
        }
        if (fields.size() < FIELDS) {
            fields.add(new Field(field.toString(), escaped));
        }
        boolean complete =
                fields.size() == FIELDS && !fields.get(FIELDS - 1).text().isEmpty();
        return complete ? new PasswordLine(fields) : null;
    }

    /** Tells whether it is for a role, or, without one, for any that it names. */
    boolean fits(ServerAddress address, @Nullable String user) {
        boolean server = false;
        for (int i = 0; i < address.hosts().size(); i++) {
            String port = address.ports().get(Math.min(i, address.ports().size() - 1));
            server |=
                    fields.get(0).fits(address.hosts().get(i)) && fields.get(1).fits(port);
        }
        boolean role = user == null ? !fields.get(3).isAny() : fields.get(3).fits(user);
        return server && role && fields.get(2).fits(address.database());
    }

    String user() {
        return fields.get(3).text();
    }

    String password() {
        return fields.get(4).text();
    }

    /**
     * A field.
     *
     * @param text without its backslashes
     * @param escaped whether it had any, so that a star is a star
     */
    private record Field(String text, boolean escaped) {

        boolean isAny() {
            return text.equals(ANY) && !escaped;
        }

        boolean fits(String value) {
            return isAny() || text.equals(value);
        }
    }
}
