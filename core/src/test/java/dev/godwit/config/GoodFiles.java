package dev.godwit.config;

import java.util.List;

/** Task files that are right. */
final class GoodFiles {
    private GoodFiles() {}

    /** Gives them, with a server that listens on a port of this machine. */
    static List<String> all(int port) {
        return List.of(azure(port), full(port), small(port), odd(port), prepared(port));
    }

    /** As a user of Azure Database Migration Service has it, the parts in one file. */
    static String azure(int port) {
        return """
                {
                  "source": {
                    "userName": "postgres",     // if this is missing or null, you will be prompted
                    "password": null,           // if this is missing or null (highly recommended) you will be prompted
                    "serverName": "127.0.0.1",
                    "databaseName": "dvdrental", // if this is missing, it will default to the 'postgres' database
                    "port": %d                  // if this is missing, it will default to 5432
                  },
                  "target": {
                    "userName": "mover@target",
                    "password": null,
                    "serverName": "localhost",
                    "databaseName": "dvdrental",
                    "port": %d
                  },
                  "databases": [
                    {
                      "name": "dvdrental",
                      "target_database_name": "dvdrental",
                      "selectedTables": [
                        "public.actor",
                        "public.film_*"
                      ]
                    },
                    { "name": "inventory", "selectedTables": [] }
                  ]
                }
                """.formatted(port, port);
    }

    /** Holds every option that there is. */
    static String full(int port) {
        return """
                {
                  "$schema": "https://godwit.dev/schema/task-file.schema.json",
                  "source": {"serverName": "127.0.0.1", "port": %d, "userName": "mover", "password": "s3cret",
                    "properties": {"sslmode": "require", "connectTimeout": "20"}},
                  "target": {"serverName": "127.0.0.1", "port": %d, "databaseName": "template1", "userName": "mover",
                    "properties": {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem", "sslcert": "/c.pem", "sslkey": "/k.pk8"}},
                  "databases": [
                    {"name": "orders", "target_database_name": "orders17", "selectedTables": ["public.*", "audit.\\"a.b\\""],
                      "godwit": {"name": "orders-13-to-17", "schema": "none", "copy": {"workers": 2},
                        "tables": {"exclude": ["public.tmp_*"], "rows": {"public.orders": "tenant <= 500"},
                          "columns": {"public.person": ["id", "name"]}}}},
                    {"name": "Odd name; 'quoted' \\"so\\"", "target_database_name": "odd"}
                  ],
                  "godwit": {
                    "name": "shop", "parallel": 3, "createTargetDatabases": true, "schema": "fromCatalog",
                    "tables": {"exclude": ["*.scratch"], "rows": {}, "columns": {}},
                    "copy": {"workers": 8, "maxBytesPerSecond": "50MiB", "splitBytes": "64 MiB", "indexMemory": 1073741824},
                    "sourceLimits": {"retainedWal": "20GiB", "xminAge": 100000000, "policy": "ABORT"},
                    "apply": {"conflictPolicy": "RECORD", "appliers": 4, "batchRows": 5000, "batchBytes": "16MiB",
                      "memoryBytes": "96MiB", "decodingMemoryBytes": 0, "giveUpAfter": "2h", "schemaCheckInterval": "PT1.5S"},
                    "cutover": {"maxWritePause": "800ms", "fenceTimeout": "2min", "readyLag": "PT0.000000001S",
                      "sequenceMargin": 1000, "materializedViews": "INSIDE_PAUSE"}
                  }
                }
                """.formatted(port, port);
    }

    /** Has the schema prepared in every way, with every option. */
    static String prepared(int port) {
        return """
                {"source": {"serverName": "127.0.0.1", "port": %d}, "target": {"serverName": "localhost"},
                 "databases": [
                    {"name": "carried", "godwit": {"schema": {"fromCatalog": {"owners": true, "privileges": true,
                       "securityLabels": true, "tablespaces": true, "userMappingSecrets": true}}}},
                    {"name": "dumped", "godwit": {"schema": {"pgDump": {"program": "/usr/lib/postgresql/17/bin", "owners": true,
                       "privileges": true, "timeout": "1h", "lockTimeout": "5s",
                       "environment": {"PGSSLKEY": "/k.pem", "PGOPTIONS": ""}}, "fromCatalog": null}}},
                    {"name": "scripted", "godwit": {"schema": {"scripts":
                       {"beforeCopy": ["sql/types.sql", "/sql/tables.sql"], "afterCopy": ["indexes.sql"]}}}},
                    {"name": "made", "godwit": {"schema": {"alreadyPrepared": {}}}},
                    {"name": "left", "godwit": {"schema": {"none": {}}}},
                    {"name": "plain", "godwit": {"schema": {"pgDump": {"owners": false, "timeout": null}}}},
                    {"name": "usual"}],
                 "godwit": {"schema": {"fromCatalog": {"owners": true}}}}
                """.formatted(port);
    }

    /** Says no more than it must. */
    static String small(int port) {
        return "{\"source\":{\"serverName\":\"127.0.0.1\",\"port\":%d},\"target\":{\"serverName\":\"localhost\"}}"
                .formatted(port);
    }

    private static String odd(int port) {
        return """
                /* names that need care */
                {"source": {"serverName": "::1", "port": %d, "userName": "u"}, "target": {"serverName": "[fe80::1%%eth0]"},
                 "databases": [{"name": "a b", "target_database_name": "ä/ö?x=1&y", "selectedTables":
                    ["\\"a.b\\".c", "x.\\"say \\"\\"hello\\"\\"\\"", "x.*\\".log\\"", "\\"*\\".\\"*\\"", "S p a c e.Täble"],
                  "godwit": {"tables": {"rows": {"\\"a.b\\".c": "x > 1"}, "columns": {"x.\\"a*\\"": ["i d", "\\"q\\""]}}}}],
                 "godwit": null}
                """.formatted(port);
    }
}
