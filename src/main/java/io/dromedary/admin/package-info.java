/** What an operator sees over HTTP: health, control of flows and proxies, the dashboard. */
package io.dromedary.admin;
