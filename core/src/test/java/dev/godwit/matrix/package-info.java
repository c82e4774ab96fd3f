/** What was tested of the fault matrix, and how it went: one table in one file. */
package dev.godwit.matrix;
