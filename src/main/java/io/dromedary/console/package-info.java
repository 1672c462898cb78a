/** The console: Hawtio's pages and the way to the MBeans behind them, on the management server of whatever runs Camel. */
package io.dromedary.console;
