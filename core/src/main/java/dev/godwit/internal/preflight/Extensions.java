package dev.godwit.internal.preflight;

import dev.godwit.schema.SchemaStep;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The extensions of the source, and what the target has of them. */
final class Extensions {
    private static final String ON_SOURCE = "SELECT e.extname, quote_ident(e.extname), e.extversion"
            + " FROM pg_catalog.pg_extension e WHERE e.extname <> 'plpgsql' ORDER BY 1";

    private static final String ON_TARGET = """
            SELECT a.name, coalesce(a.default_version, '?'), coalesce(e.extversion, ''),
                   (SELECT string_agg(v.version, ' ') FROM pg_catalog.pg_available_extension_versions v WHERE v.name = a.name)
              FROM pg_catalog.pg_available_extensions a LEFT JOIN pg_catalog.pg_extension e ON e.extname = a.name
            UNION ALL
            SELECT e.extname, '', e.extversion, ''
              FROM pg_catalog.pg_extension e
             WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_available_extensions a WHERE a.name = e.extname)
            """;

    /**
     * An extension of the source's database.
     *
     * @param name its name, quoted
     * @param version its version there
     * @param installed its version in the target's database; empty if it is not in it
     * @param available the version that the target's host has by default; empty if it has none
     * @param toCome the version that the schema preparer creates; empty if it does not create it
     */
    record Extension(String name, String version, String installed, String available, String toCome) {
        /** Whether the schema preparer creates it. */
        boolean isCreated() {
            return !toCome.isEmpty();
        }
    }

    private Extensions() {}

    static List<Extension> read(CheckContext context) throws SQLException {
        Map<String, List<String>> there = new HashMap<>();
        for (List<String> row : CheckContext.rows(context.target(), ON_TARGET)) {
            there.put(row.get(0), row);
        }
        Set<String> created =
                context.schemaPlan().steps().stream().map(SchemaStep::id).collect(Collectors.toSet());
        List<Extension> all = new ArrayList<>();
        for (List<String> row : CheckContext.rows(context.source(), ON_SOURCE)) {
            List<String> target = there.getOrDefault(row.get(0), List.of(row.get(0), "", "", ""));
            String version = row.get(2);
            boolean hasVersion = List.of(target.get(3).split(" ")).contains(version);
            String toCome = created.contains("extension " + row.get(1)) ? hasVersion ? version : target.get(1) : "";
            String installed = context.targetExists() ? target.get(2) : "";
            all.add(new Extension(row.get(1), version, installed, target.get(1), toCome));
        }
        return all;
    }
}
