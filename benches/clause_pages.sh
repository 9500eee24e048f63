#!/usr/bin/env bash
# How many clause pages a second the service answers, against nginx serving the same bytes from files, in one run on one machine.
#
#   benches/clause_pages.sh URL [SECONDS] [CONNECTIONS]
#
# URL is a running service, such as http://127.0.0.1:8080, built with --release. SECONDS (5) is the length of each of the rounds,
# CONNECTIONS (64) how many clients ask at the same time. It needs curl, wrk and nginx (Debian: wrk, nginx-light) and writes only into a
# temporary folder, which goes with it. nginx runs as the user who starts this, on a loopback port, with no log and one worker per core.
#
# If the service limits requests of one address on these pages, start it with CROSSWALK_SERVER__REQUESTS_PER_MINUTE=10000000.
#
# Both are asked for all clause pages in turn. The rounds alternate, so that a machine that grows slower does not favour one of them; the
# best round of each counts. Every answer must be 200, or there is no result. The last line is
#   crosswalk N pages/s, nginx M pages/s, ratio R
set -euo pipefail

url=${1:?"usage: benches/clause_pages.sh URL [SECONDS] [CONNECTIONS]"}
url=${url%/}
seconds=${2:-5}
connections=${3:-64}
rounds=3

for tool in curl wrk nginx; do
    PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || { echo "$tool is missing (Debian: apt-get install curl wrk nginx-light)" >&2; exit 2; }
done

folder=$(mktemp -d)
nginx_pid=
leave() {
    [[ -z $nginx_pid ]] || kill "$nginx_pid" 2>/dev/null || true
    rm -rf "$folder"
}
trap leave EXIT

# The pages, byte for byte as the service sends them. The sitemap names them under the public address, which may be another one.
curl -fsS "$url/sitemap.xml" | grep -o '<loc>[^<]*</loc>' | sed -E 's|</?loc>||g; s|^https?://[^/]*||' | grep '^/clauses/' >"$folder/paths"
while read -r path; do
    mkdir -p "$folder/pages${path%/*}"
    printf 'url = "%s"\noutput = "%s"\n' "$url$path" "$folder/pages$path"
done <"$folder/paths" >"$folder/curl"
curl -fsS --config "$folder/curl"
echo "$(wc -l <"$folder/paths") clause pages, $(du -sb "$folder/pages" | cut -f1) bytes"

# A free port: bound, read and given back.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null || echo 18473)
# Started by root, nginx would give its workers another user, who may not read the folder.
as_user=$([[ $(id -u) -ne 0 ]] || echo "user root;")
cat >"$folder/nginx.conf" <<EOF
$as_user
daemon off;
pid $folder/nginx.pid;
error_log $folder/error.log;
worker_processes auto;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    open_file_cache max=2000 inactive=60s;
    default_type "text/html; charset=utf-8";
    types { }
    client_body_temp_path $folder/body; proxy_temp_path $folder/proxy; fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi; scgi_temp_path $folder/scgi;
    server {
        listen 127.0.0.1:$port;
        root $folder/pages;
        add_header Cache-Control "public, max-age=300";
        add_header Vary "accept-encoding";
    }
}
EOF
PATH=$PATH:/usr/sbin nginx -p "$folder" -e "$folder/error.log" -c "$folder/nginx.conf" &
nginx_pid=$!
for _ in $(seq 50); do
    curl -fsS -o /dev/null "http://127.0.0.1:$port$(head -1 "$folder/paths")" 2>/dev/null && break
    sleep 0.1
done
first=$(head -1 "$folder/paths")
cmp <(curl -fsS "$url$first") <(curl -fsS "http://127.0.0.1:$port$first") || { echo "the two do not serve the same bytes" >&2; exit 1; }

cat >"$folder/turns.lua" <<EOF
local requests = {}
local at = 0
init = function()
  for path in io.lines("$folder/paths") do requests[#requests + 1] = wrk.format("GET", path) end
end
request = function()
  at = at % #requests + 1
  return requests[at]
end
EOF

# Prints whole requests per second, and fails when an answer was not what it should be.
measure() {
    local out
    out=$(wrk --threads 2 --connections "$connections" --duration "${seconds}s" --script "$folder/turns.lua" "$1")
    if grep -qE 'Non-2xx|Socket errors' <<<"$out"; then
        echo "$out" >&2
        return 1
    fi
    sed -nE 's/^Requests\/sec: *([0-9]+).*/\1/p' <<<"$out"
}

best_service=0
best_nginx=0
for round in $(seq "$rounds"); do
    service=$(measure "$url")
    nginx=$(measure "http://127.0.0.1:$port")
    echo "round $round: crosswalk $service, nginx $nginx pages/s"
    ((service > best_service)) && best_service=$service
    ((nginx > best_nginx)) && best_nginx=$nginx
done
awk -v s="$best_service" -v n="$best_nginx" 'BEGIN { printf "crosswalk %d pages/s, nginx %d pages/s, ratio %.2f\n", s, n, s / n }'
