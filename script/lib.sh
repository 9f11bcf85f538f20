# What script/run and script/test share. The caller has set top, the source folder.

say() { printf 'meok: %s\n' "$*" >&2; }

# fail_with_log MESSAGE LOG: the end of the log stands for the reason.
fail_with_log() {
	tail -n 25 "$2" >&2
	say "$1 (the whole log: $2)"
	exit 1
}

# The packages for PURPOSE… in script/packages that are not installed.
missing_packages() {
	local purpose wanted=()
	for purpose; do
		wanted+=($(awk -v p="$purpose" '$1 == p { print $2 }' "$top/script/packages"))
	done
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
		awk -v wanted="${wanted[*]}" '$1 == "installed" { there[$2] = 1 }
			END { n = split(wanted, w, " "); for (i = 1; i <= n; i++) if (!(w[i] in there)) print w[i] }'
}

# Runs as root, with the missing packages as arguments. Old or missing lists are the usual reason for a first failure.
# A service that came with a package is not wanted: the tests start servers of their own, as whoever calls them.
as_root='
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
apt() { apt-get -q -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confold "$@" </dev/null; }
install() { apt install -y --no-install-recommends "$@"; }
ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 || apt update
install "$@" || { apt update && install "$@"; } || exit
for package; do
	case $package in nginx-light) service=nginx ;; php8.2-fpm) service=php8.2-fpm ;; openssh-server) service=ssh ;; *) continue ;; esac
	if [ -d /run/systemd/system ]; then systemctl disable --now "$service"; else invoke-rc.d "$service" stop; fi
done
exit 0'

# install_packages LOG PURPOSE…
install_packages() {
	local log=$1 missing
	shift
	command -v dpkg-query >/dev/null || return 0 # not Debian: configure says what is missing
	missing=($(missing_packages "$@"))
	[ ${#missing[@]} -gt 0 ] || return 0
	if [ "$(id -u)" = 0 ]; then
		say "installing ${#missing[@]} Debian packages"
		sh -c "$as_root" sh "${missing[@]}" >>"$log" 2>&1 || fail_with_log "the packages did not install" "$log"
		return 0
	fi
	if command -v sudo >/dev/null; then
		say "installing ${#missing[@]} Debian packages with sudo"
		sudo -p "meok: %u's password for sudo apt-get: " sh -c "$as_root" sh "${missing[@]}" >>"$log" 2>&1
		[ -n "$(missing_packages "$@")" ] || return 0
		tail -n 5 "$log" >&2
	fi
	say "some Debian packages are missing. Please ask an administrator for this, then start again:"
	printf '  apt-get install --no-install-recommends %s\n' "${missing[*]}" >&2
	exit 1
}

# Makes configure and what belongs to it.
autotools() {
	cd "$top" || return
	[ -x build-aux/install-sh ] && [ configure -nt configure.ac ] && [ Makefile.in -nt Makefile.am ] && [ Makefile.in -nt configure.ac ] && return
	autoreconf -i
}

# in_folder FOLDER below $top, CONFIGURE-ARGUMENT…: configures there, by a relative path as that may hold spaces.
configure_in() {
	local up
	mkdir -p "$top/$1" && cd "$top/$1" || return
	up=$(printf '%s/' "$1" | sed 's|[^/]*/|../|g')
	shift
	[ config.status -nt "$top/configure" ] || "${up}configure" -q --prefix="$PWD/root" "$@"
}
