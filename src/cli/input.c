/* What the writer gives: passphrases, secrets, text. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { SECRET_LIMIT = 4096, TEXT_LIMIT = 64 << 20 };

/* The first line of a descriptor, byte by byte so that nothing behind it is taken. */
static bool
read_line(int fd, Str *out, Err *err)
{
	for (;;) {
		char byte;
		ssize_t got = read(fd, &byte, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			char number[16];
			snprintf(number, sizeof number, "%d", fd);
			return err_set(err, ERR_USAGE, "cannot read from descriptor %s: %s", number, strerror(errno));
		}
		if (got == 0 || byte == '\n')
			break;
		if (out->len == SECRET_LIMIT)
			return err_set(err, ERR_USAGE, "the line is too long for a passphrase");
		str_append_byte(out, byte);
		explicit_bzero(&byte, 1);
	}
	if (out->len > 0 && out->ptr[out->len - 1] == '\r')
		str_truncate(out, out->len - 1);
	return str_ok(out, err);
}

static bool
write_tty(int tty, const char *text)
{
	return file_write_all(&SYS_POSIX, tty, sv(text));
}

/* Asks on the terminal; nothing that is typed is shown. Ctrl-C comes as a byte, so the terminal is always put back. */
static bool
ask(const char *question, Str *out, Err *err)
{
	enum { CTRL_C = 3, CTRL_D = 4, CTRL_U = 21, BACKSPACE = 8, DELETE = 127 };
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	struct termios before;
	if (tty < 0 || tcgetattr(tty, &before) != 0) {
		if (tty >= 0)
			close(tty);
		return err_set(
			err, ERR_USAGE, "there is no terminal to ask on: give it with --passphrase-fd or --secret-fd");
	}
	struct termios quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
	quiet.c_cc[VMIN] = 1;
	quiet.c_cc[VTIME] = 0;
	bool ok = tcsetattr(tty, TCSAFLUSH, &quiet) == 0 && write_tty(tty, question);
	bool done = false;
	while (ok && !done) {
		char byte;
		ssize_t got = read(tty, &byte, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || byte == CTRL_C || byte == CTRL_D) {
			ok = false;
		} else if (byte == '\n' || byte == '\r') {
			done = true;
		} else if (byte == BACKSPACE || byte == DELETE) {
			str_truncate(out, cluster_prev(str_view(out), out->len));
		} else if (byte == CTRL_U) {
			str_truncate(out, 0);
		} else if (out->len < SECRET_LIMIT) {
			str_append_byte(out, byte);
		}
		explicit_bzero(&byte, 1);
	}
	tcsetattr(tty, TCSAFLUSH, &before);
	bool ended = write_tty(tty, "\n");
	close(tty);
	if (!ok || !ended)
		return err_set(err, ERR_USAGE, "given up: nothing was changed");
	return str_ok(out, err);
}

static bool
number_of(const Arguments *arguments, Option option, int *fd, Err *err)
{
	unsigned long number;
	if (!option_number(arguments, option, 65535, &number, err))
		return false;
	*fd = (int)number;
	return true;
}

/* A line from --passphrase-fd, else asked; *asked tells. */
static bool
line_or_ask(Cli *cli, const char *question, Str *out, bool *asked, Err *err)
{
	int fd;
	*asked = cli->arguments.values[OPT_PASSPHRASE_FD] == NULL;
	bool ok = *asked ? ask(question, out, err)
			 : number_of(&cli->arguments, OPT_PASSPHRASE_FD, &fd, err) && read_line(fd, out, err);
	if (ok && !unicode_valid(str_view(out)))
		ok = err_set(err, ERR_USAGE, "the passphrase is not UTF-8: set the terminal to UTF-8");
	return ok;
}

bool
input_passphrase(Cli *cli, Str *out, Err *err)
{
	bool asked;
	const Str *command = &cli->app.settings.passphrase_command;
	if (cli->arguments.values[OPT_PASSPHRASE_FD] == NULL && command->len > 0)
		return passphrase_from_command(str_c(command), NULL, out, err);
	return line_or_ask(cli, _("Passphrase: "), out, &asked, err);
}

bool
input_new_passphrase(Cli *cli, Str *out, Err *err)
{
	Str again = {0};
	bool asked;
	bool ok = line_or_ask(cli, _("New passphrase: "), out, &asked, err);
	if (ok && asked)
		ok = ask(_("The same once more: "), &again, err) &&
		     (sv_equal(str_view(out), str_view(&again)) ||
			     err_set(err, ERR_USAGE, "the two were not the same: nothing was changed, try again"));
	str_wipe(&again);
	return ok;
}

bool
input_other_passphrase(Cli *cli, Str *out, Err *err)
{
	bool asked;
	return line_or_ask(cli, _("Passphrase of the other machine: "), out, &asked, err);
}

bool
input_recovery_key(Cli *cli, Str *out, Err *err)
{
	bool asked;
	return line_or_ask(cli, _("Recovery key: "), out, &asked, err);
}

bool
input_secret(Cli *cli, const char *question, Str *out, Err *err)
{
	int fd;
	if (cli->arguments.values[OPT_SECRET_FD] == NULL)
		return ask(question, out, err);
	return number_of(&cli->arguments, OPT_SECRET_FD, &fd, err) && read_line(fd, out, err);
}

bool
input_answer(const char *question, Str *out, Err *err)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (tty < 0)
		return err_set(err, ERR_USAGE, "there is no terminal to ask on: add --yes when it is meant");
	bool ok = (write_tty(tty, question) ||
			  err_set(err, ERR_FAILED, "cannot write to the terminal: %s", strerror(errno))) &&
		  read_line(tty, out, err);
	close(tty);
	return ok;
}

bool
input_text(Cli *cli, const char *path, Str *out, Err *err)
{
	if (strcmp(path, "-") != 0)
		return file_read(cli->app.sys, path, TEXT_LIMIT, out, err);
	if (isatty(STDIN_FILENO))
		output_note("%s", _("write the text; Ctrl-D on an empty line ends it"));
	return file_read_fd(cli->app.sys, STDIN_FILENO, TEXT_LIMIT, out, err);
}
