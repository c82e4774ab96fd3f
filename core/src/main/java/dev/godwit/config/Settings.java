package dev.godwit.config;

import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Migration;
import dev.godwit.TableFilter;
import dev.godwit.TablePattern;
import dev.godwit.schema.PreparerDescription;
import dev.godwit.schema.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Godwit's own options, those that are given.
 *
 * @param options values by option
 * @param schema how the target's schema is prepared, null if not given
 * @param exclude tables that are left out
 * @param rows conditions by table
 * @param columns columns by table
 */
record Settings(
        Map<Option<?, ?, ?>, Object> options,
        @Nullable PreparerDescription schema,
        List<TablePattern> exclude,
        Map<TableName, String> rows,
        Map<TableName, List<String>> columns) {

    static final Settings NONE = new Settings(Map.of(), null, List.of(), Map.of(), Map.of());

    Settings {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        exclude = List.copyOf(exclude);
        rows = Collections.unmodifiableMap(new TreeMap<>(rows));
        columns = Collections.unmodifiableMap(new TreeMap<>(columns));
    }

    boolean isEmpty() {
        return equals(NONE);
    }

    /** Gives these where they are given, and the others elsewhere; what is left out is left out by both. */
    Settings over(Settings others) {
        Map<Option<?, ?, ?>, Object> allOptions = new LinkedHashMap<>(others.options);
        allOptions.putAll(options);
        Set<TablePattern> allExclude = new LinkedHashSet<>(others.exclude);
        allExclude.addAll(exclude);
        Map<TableName, String> allRows = new TreeMap<>(others.rows);
        allRows.putAll(rows);
        Map<TableName, List<String>> allColumns = new TreeMap<>(others.columns);
        allColumns.putAll(columns);
        return new Settings(
                allOptions, schema == null ? others.schema : schema, new ArrayList<>(allExclude), allRows, allColumns);
    }

    /** Gives the same without those that hold for several databases anyway. */
    Settings without(Settings common) {
        Map<Option<?, ?, ?>, Object> own = new LinkedHashMap<>(options);
        own.keySet().removeAll(common.options.keySet());
        return new Settings(own, common.schema == null ? schema : null, exclude, rows, columns);
    }

    TableFilter filter(List<TablePattern> selected) {
        TableFilter filter = selected.isEmpty() ? TableFilter.all() : TableFilter.only(selected);
        filter = filter.exclude(exclude);
        for (Map.Entry<TableName, String> row : rows.entrySet()) {
            filter = filter.rows(row.getKey(), row.getValue());
        }
        for (Map.Entry<TableName, List<String>> column : columns.entrySet()) {
            filter = filter.columns(column.getKey(), column.getValue().toArray(new String[0]));
        }
        return filter;
    }

    /** Sets everything but the tables. */
    void apply(
            Migration.Builder builder, Consumer<CopyOptions.Builder> copy, Consumer<CutoverOptions.Builder> cutover) {
        CopyOptions.Builder copyOptions = OptionGroups.COPY.builder(options);
        copy.accept(copyOptions);
        CutoverOptions.Builder cutoverOptions = OptionGroups.CUTOVER.builder(options);
        cutover.accept(cutoverOptions);
        builder.copy(copyOptions.build())
                .cutover(cutoverOptions.build())
                .apply(OptionGroups.APPLY.builder(options).build())
                .sourceLimits(OptionGroups.SOURCE_LIMITS.builder(options).build());
        if (schema != null) {
            builder.schema(schema.preparer());
        }
    }
}
