package dev.godwit.status;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;

/** The schema that ships in the jar. Safe for use by any thread. */
final class StatusSchema {
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(TaskStatus.jsonSchema(), InputFormat.JSON);

    private StatusSchema() {}

    /** Gives what is not as it should be. */
    static List<String> violations(String document) {
        return SCHEMA.validate(document, InputFormat.JSON).stream()
                .map(Object::toString)
                .toList();
    }
}
