package dev.godwit.result;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Prints a report of the preflight for programs. */
final class ReportJson {

    private ReportJson() {}

    static String print(PreflightReport report) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("migration", report.migration());
        document.put("blocked", !report.blockers().isEmpty());
        ArrayNode findings = document.putArray("findings");
        for (Finding finding : report.findings()) {
            ObjectNode node = findings.addObject();
            node.put("severity", finding.severity().label());
            node.put("code", finding.code());
            FindingCode.of(finding.code()).ifPresent(kind -> node.put("kind", kind.slug()));
            node.put("object", finding.object());
            node.put("observed", finding.observed());
            node.put("required", finding.required());
            node.put("remedy", finding.remedy());
        }
        return document.toPrettyString();
    }
}
