/** Several instances that share the commands of many devices: who answers which, kept in Redis, and in which order. */
package io.dromedary.fleet;
