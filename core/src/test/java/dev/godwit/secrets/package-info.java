/** What nobody may show: passwords, connection strings, values of rows. */
@NullMarked
package dev.godwit.secrets;

import org.jspecify.annotations.NullMarked;
