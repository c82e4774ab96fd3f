package dev.godwit.internal.preflight;

import dev.godwit.cutover.FenceContext;
import dev.godwit.schema.Table;
import java.sql.SQLException;
import java.time.Instant;

/** The fence can be raised when the time comes. */
final class FenceCheck implements Check {

    @Override
    public void run(CheckContext context) throws SQLException {
        context.findings()
                .addAll(context.plan()
                        .cutover()
                        .fence()
                        .check(new FenceContext(
                                context.plan().name(),
                                context.plan().source(),
                                context.catalog().tables().stream()
                                        .map(Table::name)
                                        .toList(),
                                Instant.MAX)));
    }
}
