package dev.godwit.internal.verify;

/** Which of the two databases. */
enum Side {
    SOURCE,
    TARGET
}
