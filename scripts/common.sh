# Shared by the scripts in this folder: say what is done, install what is missing.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# install_packages SECTION…: the packages of these sections that are not installed yet.
install_packages() {
  local section='' line missing=()
  while read -r line; do
    case $line in
      '#'* | '') continue ;;
      '['*) section=${line:1:-1}; continue ;;
    esac
    [[ " $* " == *" $section "* ]] || continue
    dpkg-query -W -f='${Status}' "$line" 2>/dev/null | grep -q 'ok installed' || missing+=("$line")
  done <"$ROOT/scripts/packages.txt"
  if [ ${#missing[@]} -gt 0 ]; then
    say "Installing ${missing[*]}"
    as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "${missing[@]}"
  fi
}

# Vite needs Node 20.19 or newer: the installed one if it is new enough, else npm's `node` package
# inside the project.
node_is_new_enough() {
  command -v node >/dev/null && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'
}
provide_node() {
  export PATH="$ROOT/.node/node_modules/.bin:$PATH"
  node_is_new_enough && command -v npm >/dev/null && return
  if ! command -v npm >/dev/null; then
    say 'Installing npm'
    as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends nodejs npm
  fi
  if ! node_is_new_enough; then
    say 'Installing a newer Node inside the project (.node/)'
    npm install --silent --no-save --prefix "$ROOT/.node" node@22
  fi
  node_is_new_enough || fail 'No Node of version 20.19 or newer could be installed.'
}

# install_npm DIR: its locked packages, unless they are there already.
install_npm() {
  local lock="$1/package-lock.json" stamp="$1/node_modules/.installed-from"
  if [ ! -f "$stamp" ] || ! cmp -s "$lock" "$stamp"; then
    (cd "$1" && npm ci --silent --no-audit --no-fund)
    cp "$lock" "$stamp"
  fi
}

build_canvas() {
  provide_node
  say 'Building the canvas'
  install_npm "$ROOT/canvas"
  (cd "$ROOT/canvas" && npm run --silent build)
}
