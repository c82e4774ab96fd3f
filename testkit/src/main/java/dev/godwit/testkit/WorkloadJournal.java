package dev.godwit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of each transaction of a workload. Each writer numbers its transactions from 0, so one byte each is enough.
 *
 * <p>With a file every entry is handed to the operating system before the method returns: the file outlives a kill of this process,
 * though not a power cut.
 *
 * <p>Thread-safe as long as each writer reports its own transactions only.
 */
final class WorkloadJournal implements AutoCloseable {
    /** The fate of a transaction. */
    enum Fate {
        /** Not begun, or it failed before COMMIT was sent: nothing of it may be there. */
        ABSENT(0),
        /** COMMIT was sent, and nothing is known since: all or nothing of it may be there. */
        IN_DOUBT(1),
        /** The server acknowledged it: all of it must be there. */
        ACKNOWLEDGED(2);

        private final byte code;

        Fate(int code) {
            this.code = (byte) code;
        }

        private static Fate of(byte code) {
            return code == 2 ? ACKNOWLEDGED : code == 1 ? IN_DOUBT : ABSENT;
        }
    }

    private static final String HEAD = "workload ";
    private static final byte[] NONE = {};

    private final WorkloadPlan plan;
    private final byte[][] fates;
    private final @Nullable FileChannel file;

    private WorkloadJournal(WorkloadPlan plan, @Nullable FileChannel file) {
        this.plan = plan;
        this.fates = new byte[plan.writers()][];
        Arrays.fill(fates, NONE);
        this.file = file;
    }

    static WorkloadJournal inMemory(WorkloadPlan plan) {
        return new WorkloadJournal(plan, null);
    }

    static WorkloadJournal inFile(WorkloadPlan plan, Path path) {
        try {
            FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            WorkloadJournal journal = new WorkloadJournal(plan, file);
            journal.append(HEAD + plan.describe() + "\n");
            return journal;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create the journal " + path, e);
        }
    }

    /** Reads what a journal file holds; a line cut short by a kill was never relied on, and is left out. */
    static WorkloadJournal read(Path path) {
        try {
            String text = Files.readString(path);
            List<String> lines =
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
            if (lines.isEmpty() || !lines.get(0).startsWith(HEAD)) {
                throw new IOException("It does not begin as a journal does");
            }
            WorkloadJournal journal =
                    new WorkloadJournal(WorkloadPlan.parse(lines.get(0).substring(HEAD.length())), null);
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.split(" ");
                Fate fate = switch (fields[0]) {
                    case "S" -> Fate.IN_DOUBT;
                    case "A" -> Fate.ACKNOWLEDGED;
                    case "R" -> Fate.ABSENT;
                    default -> throw new IOException("Unknown entry: " + line);
                };
                journal.set(Integer.parseInt(fields[1]), Integer.parseInt(fields[2]), fate);
            }
            return journal;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the journal " + path, e);
        }
    }

    WorkloadPlan plan() {
        return plan;
    }

    /** COMMIT is about to be sent. */
    void sending(int writer, int transaction) {
        set(writer, transaction, Fate.IN_DOUBT);
        append("S " + writer + " " + transaction + "\n");
    }

    void acknowledged(int writer, int transaction) {
        set(writer, transaction, Fate.ACKNOWLEDGED);
        append("A " + writer + " " + transaction + "\n");
    }

    /** The server answered COMMIT with an error of its own, so nothing was committed. */
    void refused(int writer, int transaction) {
        set(writer, transaction, Fate.ABSENT);
        append("R " + writer + " " + transaction + "\n");
    }

    private void set(int writer, int transaction, Fate fate) {
        synchronized (fates) {
            byte[] row = fates[writer];
            if (transaction >= row.length) {
                row = Arrays.copyOf(row, Math.max(1024, Math.max(transaction + 1, row.length * 2)));
                fates[writer] = row;
            }
            row[transaction] = fate.code;
        }
    }

    Fate fate(int writer, int transaction) {
        synchronized (fates) {
            byte[] row = fates[writer];
            return transaction < row.length ? Fate.of(row[transaction]) : Fate.ABSENT;
        }
    }

    /** An upper bound of the transaction numbers that were sent. */
    int limit(int writer) {
        synchronized (fates) {
            return fates[writer].length;
        }
    }

    private void append(String entry) {
        if (file == null) {
            return;
        }
        synchronized (file) {
            try {
                ByteBuffer bytes = ByteBuffer.wrap(entry.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot write to the journal", e);
            }
        }
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
