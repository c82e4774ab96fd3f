package dev.godwit.testkit;

import java.util.Locale;

/**
 * Tells the statements of a dump apart, as psql does it: by semicolons outside of strings, quoted names, comments, parentheses and the
 * bodies of functions. It is fed line by line. Comments do not become part of a statement. Not thread-safe.
 */
final class DumpLexer {
    private static final int HEAD = 80;

    /** What the text at hand is within. */
    private enum Within {
        STATEMENT,
        STRING,
        ESCAPE_STRING,
        NAME,
        DOLLAR,
        COMMENT
    }

    private final StringBuilder statement = new StringBuilder();
    private final StringBuilder word = new StringBuilder();

    /** The first words of the statement, as many as tell whether it may hold a body of statements. */
    private final StringBuilder beginning = new StringBuilder();

    private Within within = Within.STATEMENT;
    private String tag = "";
    private int comments;
    private int parentheses;
    private int blocks;
    private boolean complete;

    /** Whether a new statement may begin, or none has. */
    boolean isBetweenStatements() {
        return within == Within.STATEMENT && statement.toString().isBlank();
    }

    boolean isComplete() {
        return complete;
    }

    /** The statement that is complete, without its semicolon. */
    String take() {
        String taken = statement.toString().strip();
        statement.setLength(0);
        beginning.setLength(0);
        word.setLength(0);
        parentheses = 0;
        blocks = 0;
        complete = false;
        return taken;
    }

    /** Reads on from a position until the end of the text or of a statement, and returns where that is. */
    int feed(String text, int from) {
        int at = from;
        while (at < text.length() && !complete) {
            at = switch (within) {
                case STATEMENT -> plain(text, at);
                case STRING -> quoted(text, at, '\'', false);
                case ESCAPE_STRING -> quoted(text, at, '\'', true);
                case NAME -> quoted(text, at, '"', false);
                case DOLLAR -> dollar(text, at);
                case COMMENT -> comment(text, at);
            };
        }
        return at;
    }

    private int plain(String text, int at) {
        char c = text.charAt(at);
        if (isWordPart(c)) {
            word.append(c);
            statement.append(c);
            return at + 1;
        }
        boolean escapes = word.toString().equalsIgnoreCase("E");
        boolean afterWord = !word.isEmpty();
        endWord();
        if (text.startsWith("--", at)) {
            statement.append('\n');
            return text.length();
        }
        if (text.startsWith("/*", at)) {
            within = Within.COMMENT;
            comments = 1;
            return at + 2;
        }
        if (c == ';' && parentheses == 0 && blocks == 0) {
            complete = !statement.toString().isBlank();
            return at + 1;
        }
        if (c == '$' && !afterWord && startsDollar(text, at)) {
            return at + tag.length();
        }
        if (c == '\'') {
            within = escapes ? Within.ESCAPE_STRING : Within.STRING;
        } else if (c == '"') {
            within = Within.NAME;
        } else if (c == '(') {
            parentheses++;
        } else if (c == ')') {
            parentheses--;
        }
        statement.append(c);
        return at + 1;
    }

    private boolean startsDollar(String text, int at) {
        int end = at + 1;
        while (end < text.length() && isWordPart(text.charAt(end)) && text.charAt(end) != '$') {
            end++;
        }
        if (end >= text.length() || text.charAt(end) != '$' || Character.isDigit(text.charAt(at + 1))) {
            return false;
        }
        tag = text.substring(at, end + 1);
        statement.append(tag);
        within = Within.DOLLAR;
        return true;
    }

    private int dollar(String text, int at) {
        int end = text.indexOf(tag, at);
        int next = end < 0 ? text.length() : end + tag.length();
        statement.append(text, at, next);
        if (end >= 0) {
            within = Within.STATEMENT;
        }
        return next;
    }

    private int quoted(String text, int at, char quote, boolean escapes) {
        char c = text.charAt(at);
        boolean pair = at + 1 < text.length() && (c == quote ? text.charAt(at + 1) == quote : escapes && c == '\\');
        if (c == quote && !pair) {
            within = Within.STATEMENT;
        }
        int next = pair ? at + 2 : at + 1;
        statement.append(text, at, next);
        return next;
    }

    /** They nest, unlike those of other languages. */
    private int comment(String text, int at) {
        if (text.startsWith("/*", at)) {
            comments++;
            return at + 2;
        }
        if (!text.startsWith("*/", at)) {
            return at + 1;
        }
        if (--comments == 0) {
            within = Within.STATEMENT;
            statement.append(' ');
        }
        return at + 2;
    }

    /** Only functions may have a body of statements without quotes, {@code BEGIN ATOMIC … END}. */
    private void endWord() {
        if (word.isEmpty()) {
            return;
        }
        String upper = word.toString().toUpperCase(Locale.ROOT);
        word.setLength(0);
        if (beginning.length() < "CREATE OR REPLACE PROCEDURE".length()) {
            beginning.append(beginning.isEmpty() ? "" : " ").append(upper);
        }
        if (parentheses > 0 || !beginning.toString().matches("CREATE (OR REPLACE )?(FUNCTION|PROCEDURE).*")) {
            return;
        }
        if (upper.equals("BEGIN") || (upper.equals("CASE") && blocks > 0)) {
            blocks++;
        } else if (upper.equals("END") && blocks > 0) {
            blocks--;
        }
    }

    /** Bytes beyond ASCII are parts of words, whatever letters they make. */
    private static boolean isWordPart(char c) {
        return c == '_' || c >= 0x80 || Character.isLetterOrDigit(c);
    }

    /** The beginning of a statement for messages, without any value. */
    static String head(String sql) {
        int end = 0;
        while (end < Math.min(HEAD, sql.length()) && "('$\n".indexOf(sql.charAt(end)) < 0) {
            end++;
        }
        return sql.substring(0, end).strip();
    }
}
