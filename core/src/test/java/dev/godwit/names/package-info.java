/** Names with anything in them, for whatever has one: {@link dev.godwit.names.AnyNameIT} is the entry. */
package dev.godwit.names;
