/** What the Redis, document and bucket proxies have in common: parameters in, one answer out. */
package io.dromedary.proxies;
