/** What happens around a migration: networks that break, disks that fill up, a source that was promoted. */
package dev.godwit.faults;
