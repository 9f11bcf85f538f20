#!/bin/bash
# script/run in a copy of the tree: a path with spaces, a symlink, another folder, a home nobody can write, no locale, no
# standard input; what it says, what it rebuilds and when; what it asks of sudo and of an administrator.
top=${MEOK_TOP:-$(readlink -f "$(dirname "$0")/..")}
work=$(mktemp -d /tmp/mtXXXXXX) || exit
trap 'rm -rf "$work"' EXIT
copy="$work/새 집 1"
mkdir "$copy"
tar -C "$top" --exclude=./.git --exclude='./build*' --exclude=./configure --exclude=./autom4te.cache -c . | tar -C "$copy" -x
ln -s "$copy/script/run" "$work/link"
mkdir "$work/elsewhere"

echo 1..10
number=0
point() { # STATUS TITLE
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		sed 's/^/# /' "$work/out" "$work/err"
	fi
}

# start COMMAND [ARGS]: as the barest of environments would
start() {
	(cd "$work/elsewhere" && env -i HOME=/proc/nowhere PATH="${with:+$with:}/usr/sbin:/usr/bin:/sbin:/bin" LANG=C "$@" \
		>"$work/out" 2>"$work/err" </dev/null)
}
says_version() { [ "$(cut -d ' ' -f 1 "$work/out")" = meok ] && [ "$(wc -l <"$work/out")" = 1 ]; }
says_nothing() { [ ! -s "$work/err" ]; }

start "$work/link" --version && says_version && [ "$(wc -l <"$work/err")" -le 2 ]
point $? "the first start builds, says so in a line or two and starts meok"

begin=$(date +%s%N)
start "$work/link" --version && says_version && says_nothing
status=$?
took=$((($(date +%s%N) - begin) / 1000000))
echo "# the second start took $took ms"
[ $status = 0 ] && [ $took -lt 1000 ]
point $? "the second start says nothing of itself and takes under a second"

before=$(stat -c %Y-%i "$copy/build/root/bin/meok")
sleep 1.1
touch "$copy/src/cli/main.c"
start "$work/link" --version && [ "$(stat -c %Y-%i "$copy/build/root/bin/meok")" != "$before" ]
point $? "a changed source is built in"

echo 'this is no C;' >>"$copy/src/cli/main.c"
! start "$work/link" --version && grep -q 'main.c.*error' "$work/err" && [ ! -s "$work/out" ]
point $? "a build that fails shows the compiler's error and starts nothing"

cp "$top/src/cli/main.c" "$copy/src/cli/main.c"
start "$work/link" --version && says_version
point $? "mended, it starts again"

mv "$copy" "$work/moved"
copy=$work/moved
start "$copy/script/run" --version && says_version && grep -qaF "$copy/build/root/share/locale" "$copy/build/root/bin/meok"
point $? "a moved checkout is built anew"

start "$copy/script/run" --no-such-option
[ $? = 2 ]
point $? "arguments and the exit code are meok's"

# Debian as it may be elsewhere: nothing installed, somebody who is not root.
with=$work/bin
mkdir "$with"
printf '#!/bin/sh\nexit 0\n' >"$with/dpkg-query"
printf '#!/bin/sh\necho 1000\n' >"$with/id"
printf '#!/bin/sh\necho "sudo: a password is required" >&2\necho x >>%s/asked\nexit 1\n' "$work" >"$with/sudo"
chmod +x "$with"/*
touch "$copy/script/packages"
start "$copy/script/run" --version
[ $? = 1 ] && grep -q 'apt-get install .* gcc .*libsodium-dev' "$work/err" && [ "$(wc -l <"$work/asked")" = 1 ]
point $? "where sudo refuses it is asked once, and there is a list for the administrator"

printf '#!/bin/sh\ntest "$3" = sh && test "$4" = -c && shift 6 && echo "$@" >>%s/installed\n' "$work" >"$with/sudo"
printf '#!/bin/sh\n[ ! -e %s/installed ] || for p; do echo "installed $p"; done\n' "$work" >"$with/dpkg-query"
start "$copy/script/run" --version && says_version && [ "$(wc -l <"$work/installed")" = 1 ] &&
	grep -q 'gcc .*libsodium-dev' "$work/installed" && ! grep -q mariadb "$work/installed"
point $? "with sudo the missing packages are installed in one go, those for tests left out"

with=
touch "$copy/src/cli/main.c"
env -i PATH=/usr/bin:/bin "$copy/script/run" --version >"$work/one" 2>&1 </dev/null &
start "$copy/script/run" --version
one=$?
wait $! && [ $one = 0 ] && says_version && grep -q '^meok' "$work/one"
point $? "two starts at once do not hinder each other"
