package dev.godwit.internal.group;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.preflight.Preflight;
import dev.godwit.internal.state.StateStore;
import dev.godwit.result.Finding;
import dev.godwit.result.PreflightReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The preflight of all members, and what only a group can see. */
public final class GroupPreflight {

    private GroupPreflight() {}

    /** Gives the findings of all at once; the object of a member's finding begins with its name. */
    public static PreflightReport run(GroupPlan plan) {
        return run(plan, plan.members());
    }

    /** Gives the findings of those that are not recorded yet, and of what they share with the others; none if all are recorded. */
    public static PreflightReport ofNewcomers(GroupPlan plan) {
        List<MigrationPlan> newcomers =
                plan.members().stream().filter(member -> !isRecorded(member)).toList();
        return newcomers.isEmpty() ? new PreflightReport(plan.name(), List.of()) : run(plan, newcomers);
    }

    private static boolean isRecorded(MigrationPlan member) {
        try (Connection target = member.target().open()) {
            return StateStore.peek(target, member.name()).isPresent();
        } catch (SQLException e) {
            // Of a target that is not reached, or cannot be asked, the member's own preflight tells.
            return false;
        }
    }

    private static PreflightReport run(GroupPlan plan, List<MigrationPlan> members) {
        List<Finding> findings = new ArrayList<>();
        for (MigrationPlan member : members) {
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
