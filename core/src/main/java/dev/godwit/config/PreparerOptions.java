package dev.godwit.config;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.godwit.schema.PgDumpOptions;
import dev.godwit.schema.PreparerDescription;
import dev.godwit.schema.SchemaCopyOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The preparers that come with the library, by the names of the methods that give them, with their options. */
final class PreparerOptions {
    static final String FROM_CATALOG_NAME = "fromCatalog";
    static final String PG_DUMP_NAME = "pgDump";
    static final String SCRIPTS_NAME = "scripts";
    static final String ALREADY_PREPARED_NAME = "alreadyPrepared";
    static final String NONE_NAME = "none";

    static final List<String> NAMES =
            List.of(FROM_CATALOG_NAME, PG_DUMP_NAME, SCRIPTS_NAME, ALREADY_PREPARED_NAME, NONE_NAME);

    static final List<String> SCRIPT_NAMES = List.of("beforeCopy", "afterCopy");

    static final OptionGroup<SchemaCopyOptions.Builder, SchemaCopyOptions> FROM_CATALOG = new OptionGroup<>(
            FROM_CATALOG_NAME,
            SchemaCopyOptions::builder,
            SchemaCopyOptions.Builder::build,
            List.of(
                    new Option<>(
                            "owners",
                            Boolean.class,
                            Forms.BOOLEAN,
                            SchemaCopyOptions.Builder::owners,
                            SchemaCopyOptions::owners),
                    new Option<>(
                            "privileges",
                            Boolean.class,
                            Forms.BOOLEAN,
                            SchemaCopyOptions.Builder::privileges,
                            SchemaCopyOptions::privileges),
                    new Option<>(
                            "securityLabels",
                            Boolean.class,
                            Forms.BOOLEAN,
                            SchemaCopyOptions.Builder::securityLabels,
                            SchemaCopyOptions::securityLabels),
                    new Option<>(
                            "tablespaces",
                            Boolean.class,
                            Forms.BOOLEAN,
                            SchemaCopyOptions.Builder::tablespaces,
                            SchemaCopyOptions::tablespaces),
                    new Option<>(
                            "userMappingSecrets",
                            Boolean.class,
                            Forms.BOOLEAN,
                            SchemaCopyOptions.Builder::userMappingSecrets,
                            SchemaCopyOptions::userMappingSecrets)));

    static final OptionGroup<PgDumpOptions.Builder, PgDumpOptions> PG_DUMP = new OptionGroup<>(
            PG_DUMP_NAME,
            PgDumpOptions::builder,
            PgDumpOptions.Builder::build,
            List.of(
                    new Option<>(
                            "program",
                            Path.class,
                            Forms.PATH,
                            PgDumpOptions.Builder::program,
                            options -> options.program().orElse(null)),
                    new Option<>(
                            "owners",
                            Boolean.class,
                            Forms.BOOLEAN,
                            PgDumpOptions.Builder::owners,
                            PgDumpOptions::owners),
                    new Option<>(
                            "privileges",
                            Boolean.class,
                            Forms.BOOLEAN,
                            PgDumpOptions.Builder::privileges,
                            PgDumpOptions::privileges),
                    new Option<>(
                            "timeout",
                            Duration.class,
                            Forms.DURATION,
                            PgDumpOptions.Builder::timeout,
                            PgDumpOptions::timeout),
                    new Option<>(
                            "lockTimeout",
                            Duration.class,
                            Forms.DURATION,
                            PgDumpOptions.Builder::lockTimeout,
                            PgDumpOptions::lockTimeout),
                    new Option<>(
                            "environment",
                            Variables.class,
                            Variables.FORM,
                            (builder, variables) -> variables.values().forEach(builder::environment),
                            options -> new Variables(options.environment()))));

    static final List<OptionGroup<?, ?>> GROUPS = List.of(FROM_CATALOG, PG_DUMP);

    private PreparerOptions() {}

    /** Writes what {@link PreparerReader} reads: the name alone where there are no options. */
    static void write(JsonGenerator out, PreparerDescription preparer) throws IOException {
        if (preparer instanceof PreparerDescription.FromCatalog catalog) {
            write(out, FROM_CATALOG, catalog.options());
        } else if (preparer instanceof PreparerDescription.PgDump pgDump) {
            write(out, PG_DUMP, pgDump.options());
        } else if (preparer instanceof PreparerDescription.Scripts scripts) {
            out.writeStartObject();
            out.writeObjectFieldStart(SCRIPTS_NAME);
            paths(out, SCRIPT_NAMES.get(0), scripts.beforeCopy());
            paths(out, SCRIPT_NAMES.get(1), scripts.afterCopy());
            out.writeEndObject();
            out.writeEndObject();
        } else {
            out.writeString(preparer instanceof PreparerDescription.None ? NONE_NAME : ALREADY_PREPARED_NAME);
        }
    }

    private static <B, O> void write(JsonGenerator out, OptionGroup<B, O> group, O options) throws IOException {
        Map<Option<?, ?, ?>, Object> changed = new LinkedHashMap<>();
        group.collect(options, changed);
        if (changed.isEmpty()) {
            out.writeString(group.name());
            return;
        }
        out.writeStartObject();
        group.write(out, changed);
        out.writeEndObject();
    }

    private static void paths(JsonGenerator out, String name, List<Path> paths) throws IOException {
        if (!paths.isEmpty()) {
            out.writeArrayFieldStart(name);
            for (Path path : paths) {
                Forms.PATH.write(out, path);
            }
            out.writeEndArray();
        }
    }
}
