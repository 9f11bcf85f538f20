/* cli: meok without screens. argv in, exit code out; the only room that prints and exits.
 *
 * Exit codes: 0 done, 1 failed, 2 usage, 3 wrong passphrase, 4 no such draft or site, 5 the server refused,
 * 6 outcome unknown or network, 7 conflict, 8 damaged vault.
 */
#ifndef MEOK_CLI_H
#define MEOK_CLI_H

int cli_main(int argc, char **argv);

#endif
