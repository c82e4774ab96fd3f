package dev.godwit.internal.preflight;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import java.sql.SQLException;

/** Says what kept a check from giving an answer, and how to get one. */
final class FailedCheck {

    private FailedCheck() {}

    static Finding finding(FindingCode code, String object, String what, Exception e) {
        String state = e instanceof SQLException sql && sql.getSQLState() != null ? sql.getSQLState() : "";
        return Finding.of(
                code,
                object,
                what + " could not be completed: " + (e.getMessage() == null ? e : e.getMessage())
                        + (state.isEmpty() ? "" : " [SQLSTATE " + state + "]"),
                "an answer of both servers",
                remedy(state));
    }

    private static String remedy(String state) {
        return switch (state) {
            case "42501" -> "grant the role the right that the message names, then run the preflight again";
            case "55P03", "57014" -> "run the preflight again when nobody holds what it waited for";
            case "57P01", "57P02", "57P03", "08006", "08003" ->
                "the session was ended: see that the server runs, then run the preflight again";
            default -> "mend this first, then run the preflight again";
        };
    }
}
