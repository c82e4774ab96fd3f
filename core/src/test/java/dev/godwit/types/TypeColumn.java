package dev.godwit.types;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A column of the matrix.
 *
 * @param name its name
 * @param type its type
 * @param comparison how its values are compared: empty for the type's send function, "text", or an expression over %s
 * @param values SQL expressions
 */
record TypeColumn(String name, String type, String comparison, List<String> values) {

    private static final String INDENT = "    ";

    /** Those of a list that a server of this version has. */
    static List<TypeColumn> of(String list, int major) {
        List<TypeColumn> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (String line : text(list).split("\n")) {
            if (line.startsWith(INDENT)) {
                values.add(line.strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                String[] fields = line.split(" \\| ");
                values = new ArrayList<>();
                if (fields.length < 3 || Integer.parseInt(fields[2]) <= major) {
                    columns.add(new TypeColumn(fields[0], fields[1], fields.length < 4 ? "" : fields[3], values));
                }
            }
        }
        return columns;
    }

    private static String text(String list) {
        try (InputStream stream = TypeColumn.class.getResourceAsStream(list)) {
            if (stream == null) {
                throw new IllegalStateException(list + " is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value of a row; every column repeats its values. */
    String value(int row) {
        return "CAST(" + values.get(row % values.size()) + " AS " + typeName() + ")";
    }

    /** Without a collation. */
    String typeName() {
        return type.replaceAll(" COLLATE .*", "");
    }

    /** The bytes of a value, for which the type's send function is given. */
    String bytes(String send) {
        return switch (comparison) {
            case "" -> send + "(" + name + ")";
            case "text" -> "pg_catalog.convert_to(" + name + "::text, 'UTF8')";
            default -> comparison.replace("%1$s", name);
        };
    }
}
