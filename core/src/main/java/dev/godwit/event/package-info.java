/** What a migration tells its listeners: phases and events. Nothing here decides anything. */
@NullMarked
package dev.godwit.event;

import org.jspecify.annotations.NullMarked;
