/** Mistakes that somebody could make in this library's code, each with the test that must find it. */
package dev.godwit.mutation;
