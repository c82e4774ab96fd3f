package dev.godwit.config;

/**
 * One thing that is wrong with a task file.
 *
 * @param file the file's name
 * @param line from 1; 0 if it is about the file as a whole
 * @param column in UTF-16 code units, from 1; 0 if it is about the file as a whole
 * @param path the field, such as {@code databases[0].selectedTables[2]}; empty if it is about the file's outermost value
 * @param message what is wrong, and the way out; never the value of a password, nor any other of a connection
 */
public record TaskFileProblem(String file, int line, int column, String path, String message) {

    /** Gives file, line, column, field and message in one line. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        return place + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
