package dev.godwit.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * The statements of a script in SQL, told apart as psql does it: by semicolons outside of strings, quoted names, comments, parentheses
 * and the bodies of functions. psql's own commands and the rows of a {@code COPY} are not understood and are named as problems.
 *
 * <p>Used by one thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">PostgreSQL manual: Lexical Structure</a>
 */
final class SqlScript {

    /**
     * One statement.
     *
     * @param line the line in which it begins, from 1
     * @param comment the comments between the statement before and this one
     * @param sql the statement without the semicolon
     */
    record Statement(int line, String comment, String sql) {}

    private final String text;
    private final Predicate<String> ignored;
    private final List<Statement> statements = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /** Words of the statement at hand, as far as they tell whether it holds a body of statements. */
    private final StringBuilder beginning = new StringBuilder();

    private int at;
    /** Where the statement at hand begins; negative before it does. */
    private int from = -1;

    private int commentFrom;
    private int parentheses;
    private int blocks;

    private SqlScript(String text, Predicate<String> ignored) {
        this.text = text;
        this.ignored = ignored;
    }

    /**
     * Takes a script apart.
     *
     * @param text the script
     * @param ignored which of psql's commands, by the line without its backslash, may be left out
     * @param problems gets what cannot be executed, each with its line
     */
    static List<Statement> split(String text, Predicate<String> ignored, List<String> problems) {
        SqlScript script = new SqlScript(text, ignored);
        script.run();
        problems.addAll(script.problems);
        return script.statements;
    }

    private void run() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (text.startsWith("--", at)) {
                skipLine();
            } else if (text.startsWith("/*", at)) {
                skipBlockComment();
            } else if (c == '\\' && from < 0) {
                command();
            } else if (c == ';' && parentheses == 0 && blocks == 0) {
                end();
                at++;
            } else if (Character.isWhitespace(c)) {
                at++;
            } else {
                if (from < 0) {
                    from = at;
                }
                token(c);
            }
        }
        end();
    }

    private void token(char c) {
        if (c == '\'') {
            quoted('\'', at > 0 && isEscapePrefix(at - 1));
        } else if (c == '"') {
            quoted('"', false);
        } else if (c == '$') {
            dollar();
        } else if (isWordStart(c)) {
            word();
        } else {
            if (c == '(') {
                parentheses++;
            } else if (c == ')' && parentheses > 0) {
                parentheses--;
            }
            at++;
        }
    }

    private void end() {
        if (from >= 0) {
            String sql = text.substring(from, at).strip();
            statements.add(
                    new Statement(line(from), text.substring(commentFrom, from).strip(), sql));
        }
        from = -1;
        commentFrom = Math.min(text.length(), at + 1);
        parentheses = 0;
        blocks = 0;
        beginning.setLength(0);
    }

    private int line(int position) {
        return 1
                + (int) text.substring(0, position)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
    }

    private void skipLine() {
        int newline = text.indexOf('\n', at);
        at = newline < 0 ? text.length() : newline;
    }

    /** They nest, unlike those of other languages. */
    private void skipBlockComment() {
        int begun = at;
        int depth = 0;
        do {
            if (text.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (text.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < text.length());
        if (depth > 0) {
            problems.add("line " + line(begun) + ": a comment begins here and does not end");
        }
    }

    private void command() {
        int begun = at;
        skipLine();
        String command = text.substring(begun + 1, at).strip();
        if (!ignored.test(command)) {
            problems.add("line " + line(begun) + ": \\" + command.split("\\s", 2)[0]
                    + " is a command of psql, which only psql understands; take it out");
        }
        commentFrom = at;
    }

    private boolean isEscapePrefix(int position) {
        char c = text.charAt(position);
        return (c == 'e' || c == 'E') && (position == from || !isWordPart(text.charAt(position - 1)));
    }

    private void quoted(char quote, boolean escapes) {
        int begun = at;
        at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (escapes && c == '\\') {
                at++;
            } else if (c == quote) {
                if (at + 1 >= text.length() || text.charAt(at + 1) != quote) {
                    at++;
                    return;
                }
                at++;
            }
            at++;
        }
        at = text.length();
        problems.add("line " + line(begun) + ": a quote begins here and does not end");
    }

    private void dollar() {
        int end = at + 1;
        while (end < text.length() && isWordPart(text.charAt(end)) && text.charAt(end) != '$') {
            end++;
        }
        boolean isTag = end < text.length() && text.charAt(end) == '$' && !Character.isDigit(text.charAt(at + 1));
        if (!isTag) {
            at = Math.max(end, at + 1);
            return;
        }
        String tag = text.substring(at, end + 1);
        int close = text.indexOf(tag, end + 1);
        if (close < 0) {
            problems.add("line " + line(at) + ": the string quoted with " + tag + " does not end");
            at = text.length();
        } else {
            at = close + tag.length();
        }
    }

    private static boolean isWordStart(char c) {
        return c == '_' || Character.isLetter(c) || c >= 0x80;
    }

    private static boolean isWordPart(char c) {
        return isWordStart(c) || Character.isDigit(c) || c == '$';
    }

    private void word() {
        int begun = at;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        if (parentheses > 0) {
            return;
        }
        String word = text.substring(begun, at).toUpperCase(Locale.ROOT);
        if (beginning.length() < "CREATE OR REPLACE PROCEDURE".length()) {
            beginning.append(beginning.isEmpty() ? "" : " ").append(word);
        }
        if (isRoutine()) {
            if (word.equals("BEGIN") || (word.equals("CASE") && blocks > 0)) {
                blocks++;
            } else if (word.equals("END") && blocks > 0) {
                blocks--;
            }
        }
    }

    /** Only these may have a body without quotes, {@code BEGIN ATOMIC … END}. */
    private boolean isRoutine() {
        String words = beginning.toString();
        return words.startsWith("CREATE FUNCTION")
                || words.startsWith("CREATE PROCEDURE")
                || words.startsWith("CREATE OR REPLACE FUNCTION")
                || words.startsWith("CREATE OR REPLACE PROCEDURE");
    }
}
