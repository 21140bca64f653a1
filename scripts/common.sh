# Shared by the scripts in this folder: say what is done, install what is missing.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "Cannot run '$*': that takes root. Install sudo, or run this as root."
  fi
}

# quietly COMMAND…: says nothing unless it fails; then all that the command has said.
quietly() {
  local said status=0
  said=$(mktemp)
  "$@" >"$said" 2>&1 || status=$?
  if [ $status -ne 0 ]; then
    cat "$said" >&2
    rm -f "$said"
    fail "This failed with status $status: $*"
  fi
  rm -f "$said"
}

apt_install() {
  quietly as_root apt-get update
  quietly as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "$@"
  hash -r  # what was looked up before may be hidden by what is there now
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
    apt_install "${missing[@]}"
  fi
}

# Vite needs Node 20.19 or newer, with an npm that runs on it: those installed if they are good
# enough, else the npm packages `node` and `npm` inside the project. Debian's npm is made for
# Debian's node, so that the two only ever fetch those.
node_is_good_enough() {
  hash -r
  command -v node >/dev/null && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' &&
    command -v npm >/dev/null && npm --version >/dev/null 2>&1
}
fetch_node() {
  local npm=()
  if /usr/bin/node /usr/bin/npm --version >/dev/null 2>&1; then
    npm=(/usr/bin/node /usr/bin/npm)
  elif npm --version >/dev/null 2>&1; then
    npm=(npm)
  else
    return 1
  fi
  # What npm runs while it installs is to run on the same node as npm itself.
  PATH=$(dirname "$(command -v "${npm[0]}")"):$PATH \
    quietly "${npm[@]}" install --no-save --no-audit --no-fund --prefix "$ROOT/.node" node@22 npm@10
}
provide_node() {
  export PATH="$ROOT/.node/node_modules/.bin:$PATH"
  node_is_good_enough && return
  say 'Installing Node and npm inside the project (.node/)'
  if ! fetch_node; then
    apt_install nodejs npm
    fetch_node || fail 'npm was installed and does not run; see: /usr/bin/node /usr/bin/npm --version'
  fi
  node_is_good_enough ||
    fail "Node 20.19 or newer is needed and $(command -v node || echo none) is \
$(node --version 2>&1 || true); .node/ holds what was installed."
}

# install_npm DIR: its locked packages, unless they are there already.
install_npm() {
  local lock="$1/package-lock.json" stamp="$1/node_modules/.installed-from"
  if [ ! -f "$stamp" ] || ! cmp -s "$lock" "$stamp"; then
    (cd "$1" && quietly npm ci --no-audit --no-fund)
    cp "$lock" "$stamp"
  fi
}

build_canvas() {
  provide_node
  say 'Building the canvas'
  install_npm "$ROOT/canvas"
  (cd "$ROOT/canvas" && quietly npm run build)
}
