/**
 * Every durable step of a migration as a point at which its process may die: the statements that change something are counted where
 * they leave for a server, so that none can be forgotten when the library gets a new one.
 */
package dev.godwit.failpoint;
