package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationException;
import java.time.Instant;
import java.util.Optional;

/**
 * A subscriber at one moment.
 *
 * @param state what it is doing
 * @param received the latest position received from the source: the end of a commit, or a keepalive's
 * @param applied the position stored on the target: the end of the last commit applied, or a later one
 * @param collected the end of the last source transaction that has been taken to be applied
 * @param pending rows changed by transactions before {@code collected} that are not committed on the target
 * @param settled every commit before it is durable on the target; runs ahead of {@code applied} while the source is idle
 * @param lastCommitTime when the last commit applied happened on the source, by its clock
 * @param counters what was applied
 * @param reconnects how often both connections were opened anew after a failure
 * @param failure what ended it
 */
public record SubscriberStatus(
        SubscriberState state,
        Lsn received,
        Lsn applied,
        Lsn collected,
        long pending,
        Lsn settled,
        Optional<Instant> lastCommitTime,
        ApplyCounters counters,
        long reconnects,
        Optional<ReplicationException> failure) {}
