/**
 * A migration that follows its source for long while something breaks every minute: what it holds on to must not grow, and how far it
 * is behind must come down again each time.
 */
package dev.godwit.soak;
