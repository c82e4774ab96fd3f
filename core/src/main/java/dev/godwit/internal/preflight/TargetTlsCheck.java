package dev.godwit.internal.preflight;

import dev.godwit.internal.plan.TlsMode;
import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The way to the target is encrypted, and it is known who is at its end. */
final class TargetTlsCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_NO_TLS, FindingCode.TARGET_WEAK_TLS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Tls.look(
                context,
                new Tls.Codes(FindingCode.TARGET_NO_TLS, FindingCode.TARGET_WEAK_TLS),
                "target",
                context.target(),
                TlsMode.of(context.plan().target()));
    }
}
