package dev.godwit.config;

/**
 * Where something stands.
 *
 * @param file the file's name
 * @param line from 1; 0 for the file as a whole
 * @param column from 1; 0 for the file as a whole
 */
record Place(String file, int line, int column) {

    static Place whole(String file) {
        return new Place(file, 0, 0);
    }
}
