#!/bin/sh
# Installs, from Debian's packages, the servers that the real parts of the reference systems and the measurements use.
# Nothing here is needed for the embedded parts. Run it again at any time: what is there is left as it is.
set -eu

packages="redis-server postgresql nats-server chromium wrk nghttp2-client"

installed() {
  dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'
}

if ! command -v apt-get >/dev/null 2>&1; then
  echo "setup-servers needs apt-get (Debian, Ubuntu), and there is none; install by other means: $packages" >&2
  exit 1
fi

missing=""
for package in $packages; do
  installed "$package" || missing="$missing $package"
done
if [ -z "$missing" ]; then
  echo "setup-servers: all there: $packages"
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "setup-servers must be root to install$missing; run: sudo npm run setup:servers" >&2
  exit 1
fi

echo "setup-servers: installing$missing"
# The packages' own services must not start: every server here is private and started by whoever needs it.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 -- one word for each package is what is meant
apt-get install -q -y --no-install-recommends $missing
