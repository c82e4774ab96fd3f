/** The argument that each change arrives exactly once, as a small model of which all interleavings are walked through. */
package dev.godwit.model;
