package dev.godwit.internal.group;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.preflight.Preflight;
import dev.godwit.result.Finding;
import dev.godwit.result.PreflightReport;
import java.util.ArrayList;
import java.util.List;

/** The preflight of all members, and what only a group can see. */
public final class GroupPreflight {

    private GroupPreflight() {}

    /** Gives the findings of all at once; the object of a member's finding begins with its name. */
    public static PreflightReport run(GroupPlan plan) {
        List<Finding> findings = new ArrayList<>();
        for (MigrationPlan member : plan.members()) {
            for (Finding finding : Preflight.run(member).findings()) {
                findings.add(new Finding(
                        finding.severity(),
                        finding.code(),
                        member.name() + ": " + finding.object(),
                        "migration '" + member.name() + "': " + finding.observed(),
                        finding.required(),
                        finding.remedy()));
            }
        }
        findings.addAll(new SharedServers(plan).findings());
        return new PreflightReport(plan.name(), findings);
    }
}
