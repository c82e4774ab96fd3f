package dev.godwit.internal.preflight;

import dev.godwit.internal.plan.TlsMode;
import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The way to the source is encrypted, and it is known who is at its end. */
final class SourceTlsCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_NO_TLS, FindingCode.SOURCE_WEAK_TLS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Tls.look(
                context,
                new Tls.Codes(FindingCode.SOURCE_NO_TLS, FindingCode.SOURCE_WEAK_TLS),
                "source",
                context.source(),
                TlsMode.of(context.plan().source()));
    }
}
