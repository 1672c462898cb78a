/** Redis for routes: one client for every way a server may be reached. */
package io.dromedary.redis;
