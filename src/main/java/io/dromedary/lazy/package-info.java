/** Routes that are made when they are first called: of the hundreds that are shipped, a device uses a few. */
package io.dromedary.lazy;
