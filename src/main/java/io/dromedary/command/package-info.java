/**
 * The command bus: which commands run, what an envelope says, and the one outcome that each command has. The routes in
 * {@code routes/bus/} show the way of a command; these classes read, check and build its messages.
 */
package io.dromedary.command;
