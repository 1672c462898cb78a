/** The command line, one class per subcommand, and the launcher behind {@code run}. */
package io.dromedary.cli;
