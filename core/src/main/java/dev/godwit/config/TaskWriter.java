package dev.godwit.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.godwit.TablePattern;
import dev.godwit.schema.TableName;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a task; never a password. */
final class TaskWriter {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator out;

    private TaskWriter(JsonGenerator out) {
        this.out = out;
    }

    static String write(TaskFile file) {
        StringWriter text = new StringWriter();
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            out.setPrettyPrinter(
                    new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter));
            new TaskWriter(out).task(file);
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory could not be written", e);
        }
        return text.append('\n').toString();
    }

    private void task(TaskFile file) throws IOException {
        out.writeStartObject();
        connection("source", file.source());
        connection("target", file.target());
        out.writeArrayFieldStart("databases");
        for (TaskDatabase database : file.databases()) {
            database(database, file.name());
        }
        out.writeEndArray();
        TaskSettings settings = file.settings();
        if (!settings.equals(TaskSettings.DEFAULT)) {
            out.writeObjectFieldStart("godwit");
            if (settings.name() != null) {
                out.writeStringField("name", settings.name());
            }
            if (settings.parallel() != TaskSettings.DEFAULT.parallel()) {
                out.writeNumberField("parallel", settings.parallel());
            }
            if (settings.createTargetDatabases()) {
                out.writeBooleanField("createTargetDatabases", true);
            }
            if (settings.reverse()) {
                out.writeBooleanField("reverse", true);
            }
            settings(settings.common());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private void connection(String side, TaskConnection connection) throws IOException {
        out.writeObjectFieldStart(side);
        if (connection.userName().isPresent()) {
            out.writeStringField("userName", connection.userName().get());
        }
        out.writeStringField("serverName", connection.serverName());
        out.writeStringField("databaseName", connection.databaseName());
        out.writeNumberField("port", connection.port());
        if (!connection.properties().isEmpty()) {
            out.writeObjectFieldStart("properties");
            for (Map.Entry<String, String> property : connection.properties().entrySet()) {
                out.writeStringField(property.getKey(), property.getValue());
            }
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private void database(TaskDatabase database, String taskName) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", database.name());
        if (!database.targetDatabaseName().equals(database.name())) {
            out.writeStringField("target_database_name", database.targetDatabaseName());
        }
        patterns("selectedTables", database.selectedTables());
        String name = database.migrationName();
        String ownName = name.equals(MigrationNames.of(taskName, database.name())) ? null : name;
        own(ownName, database.settings());
        out.writeEndObject();
    }

    private void own(@Nullable String name, Settings settings) throws IOException {
        if (name == null && settings.isEmpty()) {
            return;
        }
        out.writeObjectFieldStart("godwit");
        if (name != null) {
            out.writeStringField("name", name);
        }
        settings(settings);
        out.writeEndObject();
    }

    private void settings(Settings settings) throws IOException {
        if (settings.schema() != null) {
            out.writeFieldName("schema");
            PreparerOptions.write(out, settings.schema());
        }
        if (!settings.exclude().isEmpty()
                || !settings.rows().isEmpty()
                || !settings.columns().isEmpty()) {
            out.writeObjectFieldStart("tables");
            tables(settings);
            out.writeEndObject();
        }
        for (OptionGroup<?, ?> group : OptionGroups.ALL) {
            group.write(out, settings.options());
        }
    }

    private void tables(Settings settings) throws IOException {
        patterns("exclude", settings.exclude());
        if (!settings.rows().isEmpty()) {
            out.writeObjectFieldStart("rows");
            for (Map.Entry<TableName, String> rows : settings.rows().entrySet()) {
                out.writeStringField(TablePattern.of(rows.getKey()).toString(), rows.getValue());
            }
            out.writeEndObject();
        }
        if (!settings.columns().isEmpty()) {
            out.writeObjectFieldStart("columns");
            for (Map.Entry<TableName, List<String>> columns : settings.columns().entrySet()) {
                out.writeArrayFieldStart(TablePattern.of(columns.getKey()).toString());
                for (String column : columns.getValue()) {
                    out.writeString(column);
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        }
    }

    private void patterns(String name, List<TablePattern> patterns) throws IOException {
        if (!patterns.isEmpty()) {
            out.writeArrayFieldStart(name);
            for (TablePattern pattern : patterns) {
                out.writeString(pattern.toString());
            }
            out.writeEndArray();
        }
    }
}
