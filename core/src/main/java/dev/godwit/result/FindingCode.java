package dev.godwit.result;

import dev.godwit.result.Finding.Severity;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every kind of finding that Godwit's own checks report. A code is never given another meaning.
 *
 * <p>The first two digits say what a finding is about: 10 connections and versions, 11 settings of the source, 12 rights on
 * the source, 13 objects of the source, 14 what goes on there, 15 rows and columns that are chosen, 20 settings of the
 * target, 21 rights on the target, 22 objects of the target, 30 the pair of servers, 40 what lies between.
 */
public enum FindingCode {
    /** No session can be opened on the source. */
    SOURCE_CONNECTION("GW1001", Severity.BLOCKER),
    /** No session can be opened on the target. */
    TARGET_CONNECTION("GW1002", Severity.BLOCKER),
    /** No replication connection can be opened to the source. */
    REPLICATION_CONNECTION("GW1003", Severity.BLOCKER),
    /** The replication connection leads to another server than the ordinary one. */
    REPLICATION_ELSEWHERE("GW1004", Severity.BLOCKER),
    /** A check without which a migration cannot start has failed itself. */
    PREFLIGHT("GW1005", Severity.BLOCKER),
    /** A check that only advises has failed itself. */
    CHECK_SKIPPED("GW1006", Severity.WARNING),
    /** The source is older than the oldest version that can stream. */
    SOURCE_VERSION("GW1010", Severity.BLOCKER),
    /** The target is older than the source. */
    TARGET_VERSION("GW1011", Severity.BLOCKER),
    /** The source is newer than any version that Godwit was tested with. */
    SOURCE_NEW_VERSION("GW1012", Severity.WARNING),
    /** The target is newer than any version that Godwit was tested with. */
    TARGET_NEW_VERSION("GW1013", Severity.WARNING),
    /** The source's log holds too little for logical decoding. */
    WAL_LEVEL("GW1101", Severity.BLOCKER),
    /** All of the source's replication slots are taken. */
    NO_FREE_REPLICATION_SLOT("GW1102", Severity.BLOCKER),
    /** The source has only one replication slot left. */
    ONE_FREE_REPLICATION_SLOT("GW1103", Severity.WARNING),
    /** All of the source's walsenders are taken. */
    NO_FREE_WALSENDER("GW1104", Severity.BLOCKER),
    /** The source has only one walsender left. */
    ONE_FREE_WALSENDER("GW1105", Severity.WARNING),
    /** The source has fewer walsenders than are recommended. */
    FEW_WALSENDERS("GW1106", Severity.INFORMATION),
    /** The source gives up a stream after a short pause. */
    WAL_SENDER_TIMEOUT_SHORT("GW1107", Severity.WARNING),
    /** The source does not give up a stream whose client is gone. */
    WAL_SENDER_TIMEOUT_OFF("GW1108", Severity.INFORMATION),
    /** The source is a standby. */
    SOURCE_STANDBY("GW1109", Severity.BLOCKER),
    /** The source gives up a slot that falls behind. */
    SLOT_WAL_LIMIT("GW1110", Severity.WARNING),
    /** The source gives up a slot that nobody reads for a while. */
    IDLE_SLOT_TIMEOUT("GW1111", Severity.WARNING),
    /** The source gives up snapshots that are as old as that of a long copy. */
    OLD_SNAPSHOT_THRESHOLD("GW1112", Severity.WARNING),
    /** The source has little room for locks on all tables at a time. */
    SOURCE_LOCKS("GW1113", Severity.WARNING),
    /** The source has too few connections left for a run. */
    SOURCE_CONNECTIONS("GW1114", Severity.WARNING),
    /** The source cannot archive its log. */
    SOURCE_ARCHIVER("GW1115", Severity.WARNING),
    /** The source has to retain much log during the copy. */
    SOURCE_WAL_VOLUME("GW1116", Severity.INFORMATION),
    /** The source's role may not replicate. */
    SOURCE_REPLICATION("GW1201", Severity.BLOCKER),
    /** The source's role may not create a publication. */
    SOURCE_CREATE("GW1202", Severity.BLOCKER),
    /** The source's role does not own a relation that is to be published. */
    SOURCE_OWNER("GW1203", Severity.BLOCKER),
    /** The source's role may not read a relation. */
    SOURCE_SELECT("GW1204", Severity.BLOCKER),
    /** Row security hides rows from the source's role. */
    SOURCE_ROW_SECURITY("GW1205", Severity.BLOCKER),
    /** The source's role may not read a large object. */
    SOURCE_LARGE_OBJECTS("GW1206", Severity.BLOCKER),
    /** The source's role may not call a function that a run calls. */
    SOURCE_FUNCTION("GW1207", Severity.BLOCKER),
    /** The password of the source's role expires soon. */
    SOURCE_ROLE_EXPIRY("GW1208", Severity.WARNING),
    /** The source's role cannot close the source for writes. */
    FENCE_DATABASE_OWNER("GW1211", Severity.BLOCKER),
    /** The source's role may not end other sessions. */
    FENCE_SIGNAL("GW1212", Severity.BLOCKER),
    /** The source's role may not see other roles' sessions. */
    FENCE_STATS("GW1213", Severity.BLOCKER),
    /** A role could write to a closed source. */
    FENCE_ROLE_SETTING("GW1214", Severity.BLOCKER),
    /** The source's role may not lock a table against writes. */
    FENCE_LOCK("GW1215", Severity.BLOCKER),
    /** The source's role may not lock large objects against writes. */
    FENCE_LARGE_OBJECTS("GW1216", Severity.WARNING),
    /** UPDATE and DELETE on a table would fail once it is published. */
    REPLICA_IDENTITY("GW1301", Severity.BLOCKER),
    /** A partition or child is selected without its parent. */
    PARENT_LEFT_OUT("GW1302", Severity.BLOCKER),
    /** A parent is selected without one of its partitions or children. */
    PARTITION_LEFT_OUT("GW1303", Severity.WARNING),
    /** A foreign key refers to a table that is left out. */
    FOREIGN_KEY_TARGET("GW1304", Severity.BLOCKER),
    /** A table is unlogged and so in no stream. */
    UNLOGGED_TABLE("GW1305", Severity.WARNING),
    /** A foreign table is selected: its definition is carried, its rows are not. */
    FOREIGN_TABLE("GW1306", Severity.WARNING),
    /** There are many large objects, or large ones. */
    LARGE_OBJECTS("GW1307", Severity.WARNING),
    /** No table is selected. */
    NO_TABLES("GW1308", Severity.BLOCKER),
    /** An object of the schema is not carried to the target. */
    SCHEMA_NOT_CARRIED("GW1309", Severity.WARNING),

    /** A replica identity rests on an index that is deferrable, partial or invalid. */
    UNUSABLE_IDENTITY("GW1310", Severity.BLOCKER),

    /** A replica identity holds a generated column. */
    GENERATED_IDENTITY("GW1311", Severity.BLOCKER),

    /** A large table has no key by which a row is found on the target. */
    SLOW_IDENTITY("GW1312", Severity.WARNING),

    /** A partition or child of a migrated table is a foreign table. */
    FOREIGN_PARTITION("GW1313", Severity.WARNING),

    /** A table has the hidden column oid, which is not migrated. */
    TABLE_WITH_OIDS("GW1314", Severity.WARNING),

    /** A column is of a type that the target's version does not have. */
    REMOVED_TYPE("GW1315", Severity.BLOCKER),

    /** An index is invalid and not built on the target. */
    INVALID_INDEX("GW1316", Severity.WARNING),

    /** A constraint is not checked by the target while changes are applied. */
    DEFERRABLE_CONSTRAINT("GW1317", Severity.INFORMATION),

    /** A materialized view is filled only by the cutover. */
    MATERIALIZED_VIEW("GW1318", Severity.INFORMATION),

    /** A sequence is about to end. */
    SEQUENCE_END("GW1319", Severity.WARNING),

    /** A column refers to objects of the catalog by their OIDs. */
    CATALOG_REFERENCE("GW1320", Severity.WARNING),

    /** A table is copied as text, since a type has no binary form. */
    TEXT_ONLY_TYPE("GW1321", Severity.INFORMATION),

    /** Tables or indexes lie in a tablespace that the target does not give them. */
    TABLESPACE("GW1322", Severity.WARNING),

    /** Rows are so wide that the heap has to be chosen by them. */
    WIDE_ROWS("GW1323", Severity.WARNING),

    /** An event trigger of the source fires for publications. */
    SOURCE_EVENT_TRIGGER("GW1324", Severity.WARNING),

    /** The source subscribes to another database. */
    SOURCE_SUBSCRIPTION("GW1325", Severity.WARNING),

    /** The source has objects in the schema that is the migration's own. */
    RESERVED_SCHEMA("GW1326", Severity.WARNING),

    /** An extension keeps some rows of a table to itself, and changes of these are sent all the same. */
    EXTENSION_CONFIGURATION("GW1327", Severity.WARNING),

    /** A table that is left out refers to a migrated one. */
    LEFT_OUT_REFERENCE("GW1328", Severity.INFORMATION),

    /** A table cannot be created on the target, since it needs something that is not carried. */
    TABLE_NOT_CARRIED("GW1329", Severity.BLOCKER),

    /** The table filter names a table that the source does not have. */
    NAMED_TABLE("GW1330", Severity.BLOCKER),

    /** A pattern of the table filter matches no table. */
    TABLE_PATTERN("GW1331", Severity.WARNING),

    /** The schema preparer cannot plan. */
    SCHEMA_PREPARER("GW1332", Severity.BLOCKER),

    /** The schema preparer has something to say that asks nothing of anybody. */
    SCHEMA_REMARK("GW1333", Severity.INFORMATION),

    /** The target refuses a definition of the source's schema. */
    REFUSED_STEP("GW1334", Severity.WARNING),
    /** The source's schema has too many definitions for a trial of them on the target. */
    SCHEMA_NOT_TRIED("GW1335", Severity.INFORMATION),
    /** Something on the source refuses publications, as an event trigger does that raises. */
    PUBLICATION_REFUSED("GW1340", Severity.BLOCKER),

    /** A prepared transaction is pending. */
    PREPARED_TRANSACTION("GW1401", Severity.BLOCKER),
    /** A transaction has been writing for long. */
    LONG_TRANSACTION("GW1402", Severity.WARNING),
    /** Vacuum on the source is behind. */
    XID_AGE("GW1410", Severity.WARNING),
    /** A slot bears this migration's name, and the target does not know of it. */
    LEFT_SLOT("GW1411", Severity.WARNING),
    /** A publication bears this migration's name, and the target does not know of it. */
    LEFT_PUBLICATION("GW1412", Severity.WARNING),
    /** Somebody else publishes all tables of the source. */
    SOURCE_PUBLICATION_ALL("GW1413", Severity.INFORMATION),

    /** An index is being built concurrently. */
    CONCURRENT_INDEX_BUILD("GW1450", Severity.WARNING),
    /** The source is too old to send a part of a table. */
    ROW_FILTER_VERSION("GW1501", Severity.BLOCKER),
    /** Rows or columns are chosen of a table that is not selected. */
    ROW_FILTER_TABLE("GW1502", Severity.BLOCKER),
    /** The source does not publish what is chosen. */
    ROW_FILTER_REFUSED("GW1503", Severity.BLOCKER),
    /** A condition is about columns outside of the replica identity. */
    ROW_FILTER_IDENTITY("GW1504", Severity.BLOCKER),
    /** Large values of rows that come to meet a condition are not sent. */
    ROW_FILTER_LARGE_VALUES("GW1505", Severity.WARNING),
    /** A foreign key refers to rows that may be left behind. */
    ROW_FILTER_FOREIGN_KEY("GW1506", Severity.WARNING),
    /** A column is chosen that does not exist. */
    COLUMN_LIST_UNKNOWN("GW1511", Severity.BLOCKER),
    /** A generated column is chosen. */
    COLUMN_LIST_GENERATED("GW1512", Severity.BLOCKER),
    /** The chosen columns lack one of the replica identity. */
    COLUMN_LIST_IDENTITY("GW1513", Severity.BLOCKER),
    /** A column is left out that rows cannot be without. */
    COLUMN_LIST_REQUIRED("GW1514", Severity.BLOCKER),
    /** The target takes no writes. */
    TARGET_READ_ONLY("GW2001", Severity.BLOCKER),
    /** The target would refuse the application's writes. */
    TARGET_READ_ONLY_DEFAULT("GW2002", Severity.WARNING),
    /** Triggers would not fire for the application on the target. */
    TARGET_REPLICATION_ROLE_DEFAULT("GW2003", Severity.WARNING),
    /** The target has too few connections left for a run. */
    TARGET_CONNECTIONS("GW2004", Severity.WARNING),
    /** The target takes fewer sessions than the source. */
    TARGET_MAX_CONNECTIONS("GW2005", Severity.WARNING),
    /** The target takes fewer prepared transactions than the source. */
    TARGET_PREPARED_TRANSACTIONS("GW2006", Severity.WARNING),
    /** The target builds each index by one process. */
    TARGET_WORKERS("GW2007", Severity.INFORMATION),
    /** The target has to hold much. */
    TARGET_SPACE("GW2008", Severity.INFORMATION),
    /** The target's role may use little temporary space. */
    TARGET_TEMP_LIMIT("GW2009", Severity.WARNING),
    /** Commits on the target wait for a standby that is not there. */
    TARGET_SYNCHRONOUS_STANDBY("GW2010", Severity.WARNING),
    /** A slot on the target retains all that the copy writes. */
    TARGET_IDLE_SLOT("GW2011", Severity.WARNING),
    /** A publication on the target publishes all that is copied. */
    TARGET_PUBLICATION_ALL("GW2012", Severity.WARNING),
    /** The target's role may not create schemas. */
    TARGET_CREATE("GW2101", Severity.BLOCKER),
    /** The target's role may not create objects in a schema. */
    TARGET_SCHEMA_CREATE("GW2102", Severity.BLOCKER),
    /** The target's role does not own a schema that is to be commented. */
    TARGET_SCHEMA_OWNER("GW2103", Severity.BLOCKER),
    /** The target's role does not own a table that exists already. */
    TARGET_OWNER("GW2104", Severity.BLOCKER),
    /** The target's role cannot keep triggers from firing. */
    TARGET_REPLICA_ROLE("GW2105", Severity.BLOCKER),
    /** The target's role may not create large objects. */
    TARGET_LARGE_OBJECTS("GW2106", Severity.BLOCKER),
    /** The password of the target's role expires soon. */
    TARGET_ROLE_EXPIRY("GW2107", Severity.WARNING),
    /** The target's role may not create the database. */
    TARGET_CREATEDB("GW2108", Severity.BLOCKER),
    /** The target's role may not create an extension of the source. */
    TARGET_EXTENSION("GW2109", Severity.BLOCKER),
    /** The target's role may not use a language or foreign data wrapper. */
    TARGET_USAGE("GW2110", Severity.BLOCKER),
    /** A table of the target holds rows. */
    TARGET_NOT_EMPTY("GW2201", Severity.BLOCKER),
    /** A table that would be created exists on the target. */
    TARGET_EXISTS("GW2202", Severity.BLOCKER),
    /** The target holds large objects already. */
    TARGET_HOLDS_LARGE_OBJECTS("GW2203", Severity.BLOCKER),

    /** The database that is created has neither the connection limit nor the settings of the source's. */
    CREATED_DATABASE_SETTINGS("GW2204", Severity.WARNING),
    /** The target lacks an extension of the source. */
    EXTENSION_MISSING("GW2250", Severity.WARNING),
    /** An extension has another version on the target. */
    EXTENSION_VERSION("GW2251", Severity.WARNING),
    /** An event trigger of the target fires for the migration's statements. */
    TARGET_EVENT_TRIGGER("GW2252", Severity.WARNING),
    /** Row security of the target keeps the migration's role from filling a table. */
    TARGET_ROW_SECURITY("GW2253", Severity.BLOCKER),
    /** A sequence, view or type that would be created exists on the target. */
    TARGET_OBJECT("GW2254", Severity.BLOCKER),
    /** A target that the user has prepared lacks something. */
    TARGET_TABLE_DIFFERS("GW2255", Severity.BLOCKER),
    /** Somebody else replicates into the target. */
    TARGET_SUBSCRIPTION("GW2256", Severity.WARNING),
    /** Source and target are the same database. */
    SAME_DATABASE("GW3001", Severity.BLOCKER),
    /** The source does not know the encoding of its text. */
    SOURCE_ENCODING("GW3002", Severity.BLOCKER),
    /** The target's encoding cannot hold the source's text. */
    TARGET_ENCODING("GW3003", Severity.BLOCKER),
    /** Source and target are of one server, or of copies of it. */
    SAME_SERVER("GW3010", Severity.INFORMATION),
    /** The servers' clocks differ. */
    CLOCKS("GW3011", Severity.WARNING),
    /** A name is too long in the target's encoding. */
    NAME_TOO_LONG("GW3012", Severity.BLOCKER),
    /** The target's host lacks the locale of the database that is to be created. */
    TARGET_LOCALE("GW3013", Severity.BLOCKER),
    /** The database that is created sorts by another version of the source's collation. */
    CREATED_COLLATION_VERSION("GW3014", Severity.WARNING),
    /** Two migrations of a group have the same source database. */
    GROUP_SAME_SOURCE("GW3015", Severity.BLOCKER),
    /** Two migrations of a group have the same target database. */
    GROUP_SAME_TARGET("GW3016", Severity.BLOCKER),
    /** The source has too few replication slots left for all migrations of a group. */
    GROUP_REPLICATION_SLOTS("GW3017", Severity.BLOCKER),
    /** The source has too few walsenders left for all migrations of a group. */
    GROUP_WALSENDERS("GW3018", Severity.BLOCKER),
    /** A server has too few connections left for all migrations of a group. */
    GROUP_CONNECTIONS("GW3019", Severity.WARNING),
    /** The databases take the order of text from different providers. */
    LOCALE_PROVIDER("GW3050", Severity.WARNING),
    /** The databases have different locales. */
    LOCALE("GW3051", Severity.WARNING),
    /** The databases add different rules to those of ICU. */
    ICU_RULES("GW3052", Severity.WARNING),
    /** Indexes were built under another version of a collation than the server has now. */
    COLLATION_CHANGED("GW3053", Severity.WARNING),
    /** A collation has another version on the target. */
    COLLATION_VERSION("GW3054", Severity.INFORMATION),
    /** The target lacks a collation that a column names. */
    COLLATION_MISSING("GW3055", Severity.BLOCKER),
    /** A table is partitioned by hashes that differ between databases. */
    PARTITION_HASH("GW3056", Severity.BLOCKER),
    /** A table is partitioned by the order or the bytes of text, which differ between the databases. */
    PARTITION_ORDER("GW3057", Severity.WARNING),
    /** The source's database has a setting that the target's has not. */
    DATABASE_SETTING("GW3058", Severity.WARNING),
    /** Sessions begin with another default on the target. */
    SESSION_DEFAULT("GW3059", Severity.WARNING),
    /** Amounts of money show as another currency on the target. */
    MONEY_FORMAT("GW3060", Severity.WARNING),
    /** A pooler stands before the source. */
    SOURCE_POOLER("GW4001", Severity.BLOCKER),
    /** A pooler stands before the target. */
    TARGET_POOLER("GW4002", Severity.BLOCKER),
    /** The way to the source is not encrypted. */
    SOURCE_NO_TLS("GW4003", Severity.WARNING),
    /** It is not verified who is at the end of the way to the source. */
    SOURCE_WEAK_TLS("GW4004", Severity.INFORMATION),
    /** The way to the target is not encrypted. */
    TARGET_NO_TLS("GW4005", Severity.WARNING),
    /** It is not verified who is at the end of the way to the target. */
    TARGET_WEAK_TLS("GW4006", Severity.INFORMATION),
    /** The target's log does not hold what the way back needs. */
    REVERSE_WAL_LEVEL("GW4101", Severity.BLOCKER),
    /** The target has no place for the way back's stream. */
    REVERSE_PLACES("GW4102", Severity.BLOCKER),
    /** The target's role may not replicate, as the way back needs. */
    REVERSE_REPLICATION("GW4103", Severity.BLOCKER),
    /** The source's role may not apply what the way back brings. */
    REVERSE_REPLICA_ROLE("GW4104", Severity.BLOCKER),
    /** The target could not be fenced for a rollback. */
    REVERSE_FENCE("GW4105", Severity.BLOCKER);

    private final String code;
    private final Severity severity;

    FindingCode(String code, Severity severity) {
        this.code = code;
        this.severity = severity;
    }

    /**
     * Gives the code, such as {@code GW1101}.
     *
     * @return what {@link Finding#code()} holds; stable between releases
     */
    public String code() {
        return code;
    }

    /**
     * Gives the code in words.
     *
     * @return words with hyphens, such as {@code wal-level}
     */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Finds the kind of a finding.
     *
     * @param code such as {@code GW1101}
     * @return the kind; empty if it is none of Godwit's own
     */
    public static Optional<FindingCode> of(String code) {
        return Stream.of(values()).filter(known -> known.code.equals(code)).findFirst();
    }

    /**
     * Tells whether findings of this kind stop a migration.
     *
     * @return the severity
     */
    public Severity severity() {
        return severity;
    }
}
