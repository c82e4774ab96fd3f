#!/bin/sh
# Builds a small image that behaves as the official one of PostgreSQL does, as far as the testkit asks: from unpacked embedded binaries,
# this machine's shell and the libraries of both, without a registry.
#
#   build-image.sh <directory with bin, lib and share of PostgreSQL> <image:tag>
#
# A container engine that runs inside of a container needs TESTCONTAINERS_HOST_OVERRIDE=localhost for the test.
set -eu
home=$1
tag=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

mkdir -p "$root/bin" "$root/etc" "$root/usr/local" "$root/var/lib/postgresql/godwit" "$root/tmp"
cp -R "$home" "$root/usr/local/pgsql"
cp -L /bin/sh "$root/bin/sh"
for file in "$root/bin/sh" "$root"/usr/local/pgsql/bin/* $(find "$root/usr/local/pgsql/lib" -name '*.so*' -type f); do
    LD_LIBRARY_PATH="$root/usr/local/pgsql/lib" ldd "$file" 2>/dev/null | grep -o '/[^ ]*' | grep -v "^$root" || true
done | sort -u | while read -r library; do
    [ -f "$library" ] || continue
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done
echo 'postgres:x:999:999::/var/lib/postgresql:/bin/sh' > "$root/etc/passwd"
echo 'postgres:x:999:' > "$root/etc/group"
cat > "$root/entrypoint.sh" <<'SCRIPT'
#!/bin/sh
set -eu
if [ ! -f "$PGDATA/PG_VERSION" ]; then
    printf '%s' "$POSTGRES_PASSWORD" > /tmp/password
    initdb -D "$PGDATA" -U "$POSTGRES_USER" --pwfile=/tmp/password -A md5 ${POSTGRES_INITDB_ARGS:-}
    echo 'host all all all md5' >> "$PGDATA/pg_hba.conf"
fi
exec "$@"
SCRIPT
chmod 755 "$root/entrypoint.sh"
chmod 700 "$root/var/lib/postgresql/godwit"
chmod 777 "$root/tmp"
cd "$root"
# owned by the server's user, so that nothing in the image has to change it
tar --numeric-owner --owner=999 --group=999 -c . | docker import \
    --change 'USER postgres' \
    --change 'ENV PATH=/usr/local/pgsql/bin:/bin' \
    --change 'ENV LD_LIBRARY_PATH=/usr/local/pgsql/lib' \
    --change 'ENTRYPOINT ["/entrypoint.sh"]' \
    --change 'CMD ["postgres"]' \
    --change 'EXPOSE 5432' \
    - "$tag" > /dev/null
