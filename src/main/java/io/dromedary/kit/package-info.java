/** What people who extend a running system use: scaffolds, reload, interface documents. */
package io.dromedary.kit;
